// Arithmetic modulo the order of secp256k1 on 32-byte big-endian numbers, in bytes and shorts and
// in constant time.
package keyfence.applet;

/** Numbers modulo n (SEC 2, section 2.4.1). */
final class Scalar {
  static final short LENGTH = 32;

  private Scalar() {}

  /** Whether 0 &lt; b &lt; n. */
  static boolean isValid(byte[] b, short off) {
    byte any = 0;
    short borrow = 0;
    for (short i = (short) (LENGTH - 1); i >= 0; i--) {
      byte digit = b[(short) (off + i)];
      any |= digit;
      short d = (short) ((short) ((digit & 0xff) - (Secp256k1.N[i] & 0xff)) - borrow);
      borrow = (short) ((d >> 8) & 1);
    }
    return any != 0 && borrow == 1;
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
    // The sum is below 2n: subtract n once if it overflowed or isn't below n. First the borrow,
    // then the masked subtraction.
    short borrow = 0;
    for (short i = (short) (LENGTH - 1); i >= 0; i--) {
      short d =
          (short) ((short) ((a[(short) (aOff + i)] & 0xff) - (Secp256k1.N[i] & 0xff)) - borrow);
      borrow = (short) ((d >> 8) & 1);
    }
    short mask = (short) -(short) (carry | (short) (borrow ^ 1));
    byte any = 0;
    borrow = 0;
    for (short i = (short) (LENGTH - 1); i >= 0; i--) {
      short d =
          (short)
              ((short) ((a[(short) (aOff + i)] & 0xff) - (short) (Secp256k1.N[i] & 0xff & mask))
                  - borrow);
      a[(short) (aOff + i)] = (byte) d;
      any |= (byte) d;
      borrow = (short) ((d >> 8) & 1);
    }
    return any != 0;
  }

  /**
   * If s &gt; n/2, s = n - s: of the two signatures (r, s) and (r, n - s) the one with the low s
   * (BIP-62).
   */
  static void makeLow(byte[] s, short off) {
    short borrow = 0;
    for (short i = (short) (LENGTH - 1); i >= 0; i--) {
      short d =
          (short) ((short) ((Secp256k1.HALF_N[i] & 0xff) - (s[(short) (off + i)] & 0xff)) - borrow);
      borrow = (short) ((d >> 8) & 1);
    }
    if (borrow == 0) {
      return;
    }
    borrow = 0;
    for (short i = (short) (LENGTH - 1); i >= 0; i--) {
      short d =
          (short) ((short) ((Secp256k1.N[i] & 0xff) - (s[(short) (off + i)] & 0xff)) - borrow);
      s[(short) (off + i)] = (byte) d;
      borrow = (short) ((d >> 8) & 1);
    }
  }
}
