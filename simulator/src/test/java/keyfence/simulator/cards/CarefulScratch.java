package keyfence.simulator.cards;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;

/** Makes its scratch array once, at installation. */
public class CarefulScratch extends Applet {
  private final byte[] scratch =
      JCSystem.makeTransientByteArray((short) 16, JCSystem.CLEAR_ON_DESELECT);

  public static void install(byte[] parameters, short offset, byte length) {
    new CarefulScratch().register();
  }

  @Override
  public void process(APDU apdu) {
    if (selectingApplet()) {
      return;
    }
    byte[] buffer = apdu.getBuffer();
    if (buffer[ISO7816.OFFSET_INS] != 0x10) {
      ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
    }
    Util.arrayCopyNonAtomic(buffer, (short) 0, scratch, (short) 0, (short) 5);
  }
}
