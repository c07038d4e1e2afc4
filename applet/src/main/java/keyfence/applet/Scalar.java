// Arithmetic modulo the order of secp256k1 on 32-byte big-endian numbers, in bytes and shorts and
// with
// the same steps whatever the numbers.
package keyfence.applet;

/** Numbers modulo n (SEC 2, section 2.4.1). */
final class Scalar {
  static final short LENGTH = 32;

  private Scalar() {}

  /**
   * a - b on 32 bytes, the difference into out where that isn't null. Returns the borrow, 1 if a is
   * below b.
   */
  private static short subtract(
      byte[] a, short aOff, byte[] b, short bOff, byte[] out, short outOff) {
    short borrow = 0;
    for (short i = (short) (LENGTH - 1); i >= 0; i--) {
      short d =
          (short)
              ((short) ((a[(short) (aOff + i)] & 0xff) - (b[(short) (bOff + i)] & 0xff)) - borrow);
      if (out != null) {
        out[(short) (outOff + i)] = (byte) d;
      }
      borrow = (short) ((d >> 8) & 1);
    }
    return borrow;
  }

  /** Whether b is 0. */
  static boolean isZero(byte[] b, short off) {
    byte any = 0;
    for (short i = 0; i < LENGTH; i++) {
      any |= b[(short) (off + i)];
    }
    return any == 0;
  }

  /** Whether b &lt; n. */
  static boolean isBelowOrder(byte[] b, short off) {
    return subtract(b, off, Secp256k1.N, (short) 0, null, (short) 0) == 1;
  }

  /** Whether 0 &lt; b &lt; n. */
  static boolean isValid(byte[] b, short off) {
    return isBelowOrder(b, off) && !isZero(b, off);
  }

  /** a = a + b mod n, for a and b below n. Returns false if the sum is 0. */
  static boolean add(byte[] a, short aOff, byte[] b, short bOff) {
    short carry = 0;
    for (short i = (short) (LENGTH - 1); i >= 0; i--) {
      short s =
          (short)
              ((short) ((a[(short) (aOff + i)] & 0xff) + (b[(short) (bOff + i)] & 0xff)) + carry);
      a[(short) (aOff + i)] = (byte) s;
      carry = (short) ((s >> 8) & 1);
    }
    // The sum is below 2n: subtract n once if it overflowed or isn't below n, and 0 otherwise.
    short over =
        (short) (carry | (short) (1 - subtract(a, aOff, Secp256k1.N, (short) 0, null, aOff)));
    subtract(a, aOff, over == 0 ? Secp256k1.ZERO : Secp256k1.N, (short) 0, a, aOff);
    return !isZero(a, aOff);
  }

  /**
   * If s &gt; n/2, s = n - s: of the two signatures (r, s) and (r, n - s) the one with the low s
   * (BIP-62).
   */
  static void makeLow(byte[] s, short off) {
    if (subtract(Secp256k1.HALF_N, (short) 0, s, off, null, off) != 0) {
      subtract(Secp256k1.N, (short) 0, s, off, s, off);
    }
  }
}
