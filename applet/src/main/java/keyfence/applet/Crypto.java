// The digests and the random source that all applets of the package share, and what is done to
// secrets everywhere.
package keyfence.applet;

import javacard.framework.Util;
import javacard.security.MessageDigest;
import javacard.security.RandomData;

/** Shared engines (made once, at the first installation) and constant-time helpers. */
final class Crypto {
  static MessageDigest sha256;
  static MessageDigest sha512;
  static RandomData random;

  private Crypto() {}

  /** Makes the engines; later calls do nothing. Only called while an applet installs. */
  static void install() {
    if (random != null) {
      return;
    }
    sha256 = MessageDigest.getInstance(MessageDigest.ALG_SHA_256, false);
    sha512 = MessageDigest.getInstance(MessageDigest.ALG_SHA_512, false);
    random = RandomData.getInstance(RandomData.ALG_SECURE_RANDOM);
  }

  /** Compares in time that depends on the length alone. */
  static boolean equal(byte[] a, short aOff, byte[] b, short bOff, short len) {
    byte difference = 0;
    for (short i = 0; i < len; i++) {
      difference |= (byte) (a[(short) (aOff + i)] ^ b[(short) (bOff + i)]);
    }
    return difference == 0;
  }

  /** Overwrites a secret at once; not undone by an aborted transaction. */
  static void wipe(byte[] b, short off, short len) {
    Util.arrayFillNonAtomic(b, off, len, (byte) 0);
  }

  /** Overwrites within the transaction in progress, so that a cut brings the old bytes back. */
  static void wipeInTransaction(byte[] b, short off, short len) {
    for (short i = 0; i < len; i++) {
      b[(short) (off + i)] = 0;
    }
  }
}
