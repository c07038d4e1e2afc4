package keyfence.simulator.cards;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.Util;

/** Makes a new array for every command: persistent memory that a card never gets back. */
public class CarelessScratch extends Applet {
  public static void install(byte[] parameters, short offset, byte length) {
    new CarelessScratch().register();
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
    byte[] scratch = new byte[16];
    Util.arrayCopyNonAtomic(buffer, (short) 0, scratch, (short) 0, (short) 5);
  }
}
