package keyfence.simulator.cards;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;

/** Moves an amount in two writes within a transaction. */
public class CarefulTransfer extends Applet {
  private short left = 1000;
  private short right;

  public static void install(byte[] parameters, short offset, byte length) {
    new CarefulTransfer().register();
  }

  @Override
  public void process(APDU apdu) {
    if (selectingApplet()) {
      return;
    }
    byte[] buffer = apdu.getBuffer();
    switch (buffer[ISO7816.OFFSET_INS]) {
      case 0x10:
        JCSystem.beginTransaction();
        left -= 100;
        right += 100;
        JCSystem.commitTransaction();
        return;
      case 0x11:
        Util.setShort(buffer, (short) 0, left);
        Util.setShort(buffer, (short) 2, right);
        apdu.setOutgoingAndSend((short) 0, (short) 4);
        return;
      default:
        ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
    }
  }
}
