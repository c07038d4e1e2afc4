package keyfence.simulator.cards;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.Util;

/** Writes the byte that makes a bank the active one before the bank is written. */
public class CarelessBanks extends Applet {
  private final byte[] first = new byte[16];
  private final byte[] second = new byte[16];
  private byte active;

  public static void install(byte[] parameters, short offset, byte length) {
    new CarelessBanks().register();
  }

  @Override
  public void process(APDU apdu) {
    if (selectingApplet()) {
      return;
    }
    byte[] buffer = apdu.getBuffer();
    apdu.setIncomingAndReceive();
    byte[] inactive = active == 0 ? second : first;
    byte other = active == 0 ? (byte) 1 : (byte) 0;
    switch (buffer[ISO7816.OFFSET_INS]) {
      case 0x10:
        active = other;
        Util.arrayCopyNonAtomic(buffer, ISO7816.OFFSET_CDATA, inactive, (short) 0, (short) 16);
        return;
      case 0x11:
        Util.arrayCopyNonAtomic(
            active == 0 ? first : second, (short) 0, buffer, (short) 0, (short) 16);
        apdu.setOutgoingAndSend((short) 0, (short) 16);
        return;
      default:
        ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
    }
  }
}
