package keyfence.simulator.cards;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;

/** Trusts a transient array that a reset has set to zero, which anybody knows. */
public class CarelessToken extends Applet {
  private final byte[] token =
      JCSystem.makeTransientByteArray((short) 8, JCSystem.CLEAR_ON_DESELECT);

  public static void install(byte[] parameters, short offset, byte length) {
    new CarelessToken().register();
  }

  @Override
  public void process(APDU apdu) {
    if (selectingApplet()) {
      return;
    }
    byte[] buffer = apdu.getBuffer();
    apdu.setIncomingAndReceive();
    switch (buffer[ISO7816.OFFSET_INS]) {
      case 0x10:
        Util.arrayCopyNonAtomic(buffer, ISO7816.OFFSET_CDATA, token, (short) 0, (short) 8);
        return;
      case 0x11:
        if (Util.arrayCompare(buffer, ISO7816.OFFSET_CDATA, token, (short) 0, (short) 8) != 0) {
          ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        }
        return;
      default:
        ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
    }
  }
}
