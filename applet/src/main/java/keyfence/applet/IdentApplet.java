// The Ident applet: takes the card's identity from its issuer, once, and shows the certificate.
package keyfence.applet;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;

/** The private key never leaves; IDENTIFY CARD of the other applets proves that it is there. */
public final class IdentApplet extends Applet implements Protocol {
  private IdentApplet(byte[] data, short off, byte len) {
    Crypto.install();
    Secp256k1.install();
    Ecdsa.install();
    CardData.install();
    byte aidLength = InstallData.aidLength(data, off, len);
    if (aidLength == 0) {
      register();
    } else {
      register(data, (short) (off + 1), aidLength);
    }
  }

  /**
   * Installs the applet. Application data are ignored.
   *
   * @param bArray the install data: AID, privileges, application data, each with its length
   * @param bOffset their start
   * @param bLength their length, unsigned
   */
  public static void install(byte[] bArray, short bOffset, byte bLength) {
    new IdentApplet(bArray, bOffset, bLength);
  }

  @Override
  public void process(APDU apdu) {
    byte[] buffer = apdu.getBuffer();
    if (selectingApplet()) {
      short length = Identity.copyCertificate(buffer, ANSWER);
      if (length != 0) {
        apdu.setOutgoingAndSend(ANSWER, length);
      }
      return;
    }
    Dispatcher.requireClass(buffer);
    short len = Dispatcher.receive(apdu, buffer);
    if (buffer[ISO7816.OFFSET_INS] != INS_STORE_DATA) {
      Refuse.instruction();
    }
    try {
      Identity.store(buffer, len);
    } finally {
      Crypto.wipe(buffer, COMMAND, len);
    }
  }
}
