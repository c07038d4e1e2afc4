// secp256k1 for the closure: thousands of multiplications of the generator.
package keyfence.applet.closure;

import java.math.BigInteger;

/** Jacobian coordinates and a table of the generator's multiples; nothing here is secret. */
final class Points {
  static final BigInteger P =
      BigInteger.TWO.pow(256).subtract(BigInteger.TWO.pow(32)).subtract(BigInteger.valueOf(977));
  static final BigInteger N =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  private static final int WINDOW = 4;

  /** multiples[i][j] = (j + 1) * 16^i * G. */
  private static final Affine[][] MULTIPLES = table();

  private Points() {}

  /** A point that isn't infinity. */
  record Affine(BigInteger x, BigInteger y) {
    /** 33 bytes (SEC 1, section 2.3.3). */
    byte[] compressed() {
      byte[] out = new byte[33];
      out[0] = (byte) (y.testBit(0) ? 3 : 2);
      byte[] bytes = x.toByteArray();
      int n = Math.min(32, bytes.length);
      System.arraycopy(bytes, bytes.length - n, out, 33 - n, n);
      return out;
    }
  }

  private static Affine[][] table() {
    Affine base =
        new Affine(
            new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16),
            new BigInteger("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8", 16));
    Affine[][] table = new Affine[256 / WINDOW][(1 << WINDOW) - 1];
    for (Affine[] row : table) {
      row[0] = base;
      for (int j = 1; j < row.length; j++) {
        row[j] = add(row[j - 1], base);
      }
      base = add(row[row.length - 1], base);
    }
    return table;
  }

  /** a + b; null when that is infinity. */
  static Affine add(Affine a, Affine b) {
    BigInteger slope;
    if (a.x.equals(b.x)) {
      if (!a.y.equals(b.y)) {
        return null;
      }
      slope = a.x.pow(2).multiply(BigInteger.valueOf(3)).multiply(a.y.shiftLeft(1).modInverse(P));
    } else {
      slope = b.y.subtract(a.y).multiply(b.x.subtract(a.x).mod(P).modInverse(P));
    }
    BigInteger x = slope.pow(2).subtract(a.x).subtract(b.x).mod(P);
    return new Affine(x, slope.multiply(a.x.subtract(x)).subtract(a.y).mod(P));
  }

  /** k * G for 0 &lt; k &lt; n. */
  static Affine multiply(BigInteger k) {
    BigInteger[] sum = null;
    for (int i = 0; i < MULTIPLES.length; i++) {
      int digit = k.shiftRight(i * WINDOW).intValue() & ((1 << WINDOW) - 1);
      if (digit != 0) {
        sum = addMixed(sum, MULTIPLES[i][digit - 1]);
      }
    }
    BigInteger inverse = sum[2].modInverse(P);
    BigInteger square = inverse.multiply(inverse).mod(P);
    return new Affine(
        sum[0].multiply(square).mod(P), sum[1].multiply(square).multiply(inverse).mod(P));
  }

  /**
   * The terms of one sum are different multiples of G below n, so they are never equal or opposite.
   */
  private static BigInteger[] addMixed(BigInteger[] a, Affine b) {
    if (a == null) {
      return new BigInteger[] {b.x, b.y, BigInteger.ONE};
    }
    BigInteger zz = a[2].multiply(a[2]).mod(P);
    BigInteger h = b.x.multiply(zz).subtract(a[0]).mod(P);
    BigInteger r = b.y.multiply(zz).mod(P).multiply(a[2]).subtract(a[1]).mod(P);
    BigInteger hh = h.multiply(h).mod(P);
    BigInteger hhh = hh.multiply(h).mod(P);
    BigInteger v = a[0].multiply(hh).mod(P);
    BigInteger x = r.multiply(r).subtract(hhh).subtract(v.shiftLeft(1)).mod(P);
    BigInteger y = r.multiply(v.subtract(x)).subtract(a[1].multiply(hhh)).mod(P);
    return new BigInteger[] {x, y, a[2].multiply(h).mod(P)};
  }
}
