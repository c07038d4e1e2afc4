// The card's long-term key pair of the secure channel (persistent), replaced whole.
package keyfence.applet;

import javacard.framework.Util;
import javacard.security.ECPrivateKey;

/**
 * Two key pairs of which one counts. A new pair is made in the other place and becomes the card's
 * by one byte, so that a cut leaves the old pair or the new one, never a public key of another
 * secret.
 */
final class ChannelKey implements Protocol {
  private final ECPrivateKey[] secrets;
  private final Object[] points;
  private byte active;

  ChannelKey() {
    secrets = new ECPrivateKey[2];
    points = new Object[2];
    for (byte i = 0; i < 2; i++) {
      secrets[i] = Secp256k1.newPrivateKey();
      points[i] = new byte[POINT_LENGTH];
    }
  }

  /**
   * Makes a new pair beside the active one; scratch (32 bytes) is wiped. Outside any transaction.
   */
  void prepare(byte[] scratch, short off) {
    short next = (short) (active ^ 1);
    Secp256k1.randomScalar(scratch, off);
    secrets[next].setS(scratch, off, Scalar.LENGTH);
    Crypto.wipe(scratch, off, Scalar.LENGTH);
    Secp256k1.publicKey(secrets[next], (byte[]) points[next], (short) 0);
  }

  /** Makes the prepared pair the card's: one byte, alone or in the caller's transaction. */
  void activate() {
    active ^= 1;
  }

  /** Overwrites the pair that doesn't count (any more), after {@link #activate} took effect. */
  void discard() {
    short old = (short) (active ^ 1);
    Secp256k1.overwrite(secrets[old]);
    Util.arrayFillNonAtomic((byte[]) points[old], (short) 0, POINT_LENGTH, (byte) 0);
  }

  /** Copies the public key (65 bytes). Returns the offset after it. */
  short copyPublic(byte[] out, short off) {
    return Util.arrayCopyNonAtomic((byte[]) points[active], (short) 0, out, off, POINT_LENGTH);
  }

  /**
   * Writes the X coordinate (32 bytes) of the agreement with a client's key, which throws at a bad
   * point.
   */
  void agree(byte[] point, short off, byte[] out, short outOff) {
    Secp256k1.sharedX(secrets[active], point, off, out, outOff);
  }
}
