// IDENTIFY CARD: proves with the issuer's certificate that this is a genuine card.
package keyfence.applet;

import javacard.framework.Util;

/** The identity key signs a challenge as it is; certificate and key come from the Ident applet. */
final class Identity implements Protocol {
  private static final short PRESENT = 0;
  private static final short CERTIFICATE = 1;
  private static final short KEY = (short) (CERTIFICATE + CardData.CERTIFICATE_LENGTH);
  private static final short LENGTH = (short) (CardData.CERTIFICATE_LENGTH + Scalar.LENGTH);

  private Identity() {}

  /** IDENTIFY CARD, of the Keycard and the Cash applet. */
  static short identify(byte[] apdu, short len) {
    if (CardData.identity[PRESENT] == 0) {
      Refuse.conditions();
    }
    if (len != SECRET_LENGTH) {
      Refuse.data();
    }
    short end;
    try {
      end =
          Ecdsa.sign(
              Secp256k1.use(CardData.identity, KEY),
              apdu,
              COMMAND,
              apdu,
              Ecdsa.signatureAt(CardData.CERTIFICATE_LENGTH));
    } finally {
      Secp256k1.release();
    }
    copyCertificate(apdu, (short) (ANSWER + 5));
    return Ecdsa.frame(apdu, TAG_CERTIFICATE, CardData.CERTIFICATE_LENGTH, end);
  }

  /** Copies the certificate (98 bytes), if there is one. Returns its length. */
  static short copyCertificate(byte[] out, short off) {
    if (CardData.identity[PRESENT] == 0) {
      return 0;
    }
    Util.arrayCopyNonAtomic(CardData.identity, CERTIFICATE, out, off, CardData.CERTIFICATE_LENGTH);
    return CardData.CERTIFICATE_LENGTH;
  }

  /** Stores certificate (98) and private key (32) at COMMAND, once. */
  static void store(byte[] apdu, short len) {
    if (len != LENGTH) {
      Refuse.data();
    }
    if (CardData.identity[PRESENT] != 0) {
      Refuse.conditions();
    }
    if (!Scalar.isValid(apdu, (short) (COMMAND + CardData.CERTIFICATE_LENGTH))) {
      Refuse.data();
    }
    // The mark goes with the data in one atomic copy: the byte before them, which was Lc.
    short mark = (short) (COMMAND - 1);
    apdu[mark] = 1;
    Util.arrayCopy(apdu, mark, CardData.identity, PRESENT, (short) (1 + LENGTH));
  }
}
