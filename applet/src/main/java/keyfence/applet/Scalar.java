// Arithmetic modulo the order of secp256k1 on 32-byte big-endian numbers, in bytes and shorts.
package keyfence.applet;

/** Numbers modulo n (SEC 2, section 2.4.1). */
final class Scalar {
  static final short LENGTH = 32;

  /** Every bit of a byte. */
  private static final short ALL = 0xff;

  private Scalar() {}

  /**
   * a - (b and mask, byte by byte) on 32 bytes, the difference into out where that isn't null.
   * Returns the borrow, 1 if a is below.
   */
  private static short subtract(
      byte[] a, short aOff, byte[] b, short bOff, short mask, byte[] out, short outOff) {
    short borrow = 0;
    for (short i = (short) (LENGTH - 1); i >= 0; i--) {
      short d =
          (short)
              ((short) ((a[(short) (aOff + i)] & 0xff) - (b[(short) (bOff + i)] & mask)) - borrow);
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
    return subtract(b, off, Secp256k1.N, (short) 0, ALL, null, (short) 0) == 1;
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
    // The sum is below 2n: subtract n once if it overflowed or isn't below n, and 0 otherwise. The
    // mask, FF or 00, takes the place of a branch, which would show in the time.
    short over =
        (short) (carry | (short) (1 - subtract(a, aOff, Secp256k1.N, (short) 0, ALL, null, aOff)));
    subtract(a, aOff, Secp256k1.N, (short) 0, (short) (-over & ALL), a, aOff);
    return !isZero(a, aOff);
  }

  /**
   * If s &gt; n/2, s = n - s: of the two signatures (r, s) and (r, n - s) the one with the low s
   * (BIP-62).
   */
  static void makeLow(byte[] s, short off) {
    if (subtract(Secp256k1.HALF_N, (short) 0, s, off, ALL, null, off) != 0) {
      subtract(Secp256k1.N, (short) 0, s, off, ALL, s, off);
    }
  }
}
