package keyfence.simulator.cards;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.Util;

/** Counts a try before it compares. */
public class CarefulTries extends Applet {
  private final byte[] secret = {1, 2, 3, 4};
  private byte tries = 3;

  public static void install(byte[] parameters, short offset, byte length) {
    new CarefulTries().register();
  }

  @Override
  public void process(APDU apdu) {
    if (selectingApplet()) {
      return;
    }
    byte[] buffer = apdu.getBuffer();
    apdu.setIncomingAndReceive();
    if (buffer[ISO7816.OFFSET_INS] == 0x11) {
      buffer[0] = tries;
      apdu.setOutgoingAndSend((short) 0, (short) 1);
      return;
    }
    if (tries == 0) {
      ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
    }
    tries--;
    if (Util.arrayCompare(buffer, ISO7816.OFFSET_CDATA, secret, (short) 0, (short) 4) != 0) {
      ISOException.throwIt((short) (0x63c0 | tries));
    }
    tries = 3;
  }
}
