// What the applets of the package share and a FACTORY RESET mostly leaves: stored data, NDEF file,
// identity.
package keyfence.applet;

import javacard.framework.Util;

/** Persistent arrays, made once by whichever applet is installed first. */
final class CardData {
  static final short SMALL_FILE = 127;
  static final short NDEF_FILE = 512;
  static final short CERTIFICATE_LENGTH = 98;

  /** Length byte and content. */
  static byte[] publicData;

  /** Length byte and content. */
  static byte[] cashData;

  /** The type 4 tag's file: 2-byte length, then the message. */
  static byte[] ndef;

  /** One byte 1 once the identity is there, the certificate (98), the private key (32). */
  static byte[] identity;

  private CardData() {}

  /** Makes the arrays; later calls do nothing. Only called while an applet installs. */
  static void install() {
    if (identity != null) {
      return;
    }
    publicData = new byte[(short) (1 + SMALL_FILE)];
    cashData = new byte[(short) (1 + SMALL_FILE)];
    ndef = new byte[NDEF_FILE];
    identity = new byte[(short) (1 + CERTIFICATE_LENGTH + Scalar.LENGTH)];
  }

  /** FACTORY RESET: only the public data go. Idempotent. */
  static void factoryReset() {
    Util.arrayFillNonAtomic(publicData, (short) 0, (short) publicData.length, (byte) 0);
  }
}
