// secp256k1 on BigInteger: slow, plain, and sharing nothing with the card's engines.
package keyfence.testkit;

import java.math.BigInteger;
import java.util.Arrays;

/** Points are {x, y}; null is the point at infinity. */
public final class Curve {
  public static final BigInteger P =
      BigInteger.TWO.pow(256).subtract(BigInteger.TWO.pow(32)).subtract(BigInteger.valueOf(977));
  public static final BigInteger N =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
  private static final BigInteger[] G = {
    new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16),
    new BigInteger("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8", 16)
  };

  private Curve() {}

  private static BigInteger[] add(BigInteger[] a, BigInteger[] b) {
    if (a == null) {
      return b;
    }
    if (b == null) {
      return a;
    }
    BigInteger slope;
    if (a[0].equals(b[0])) {
      if (!a[1].equals(b[1]) || a[1].signum() == 0) {
        return null;
      }
      slope = a[0].pow(2).multiply(BigInteger.valueOf(3)).multiply(a[1].shiftLeft(1).modInverse(P));
    } else {
      slope = b[1].subtract(a[1]).multiply(b[0].subtract(a[0]).mod(P).modInverse(P));
    }
    BigInteger x = slope.pow(2).subtract(a[0]).subtract(b[0]).mod(P);
    return new BigInteger[] {x, slope.multiply(a[0].subtract(x)).subtract(a[1]).mod(P)};
  }

  /** In Jacobian coordinates {x / z^2, y / z^3}, so that only the end needs an inverse. */
  private static BigInteger[] multiply(BigInteger[] point, BigInteger k) {
    BigInteger[] sum = null;
    for (int i = k.bitLength() - 1; i >= 0; i--) {
      sum = sum == null ? null : twice(sum);
      if (k.testBit(i)) {
        sum = sum == null ? jacobian(point) : plus(sum, point);
      }
    }
    if (sum == null || sum[2].signum() == 0) {
      return null;
    }
    BigInteger inverse = sum[2].modInverse(P);
    BigInteger square = inverse.multiply(inverse).mod(P);
    return new BigInteger[] {
      sum[0].multiply(square).mod(P), sum[1].multiply(square).mod(P).multiply(inverse).mod(P)
    };
  }

  private static BigInteger[] jacobian(BigInteger[] point) {
    return new BigInteger[] {point[0], point[1], BigInteger.ONE};
  }

  private static BigInteger[] twice(BigInteger[] a) {
    BigInteger ySquare = a[1].multiply(a[1]).mod(P);
    BigInteger s = a[0].multiply(ySquare).shiftLeft(2).mod(P);
    BigInteger m = a[0].multiply(a[0]).multiply(BigInteger.valueOf(3)).mod(P);
    BigInteger x = m.multiply(m).subtract(s.shiftLeft(1)).mod(P);
    BigInteger y =
        m.multiply(s.subtract(x)).subtract(ySquare.multiply(ySquare).shiftLeft(3)).mod(P);
    return new BigInteger[] {x, y, a[1].multiply(a[2]).shiftLeft(1).mod(P)};
  }

  /** A Jacobian and an affine point. */
  private static BigInteger[] plus(BigInteger[] a, BigInteger[] b) {
    if (a[2].signum() == 0) {
      return jacobian(b);
    }
    BigInteger zSquare = a[2].multiply(a[2]).mod(P);
    BigInteger h = b[0].multiply(zSquare).subtract(a[0]).mod(P);
    BigInteger r = b[1].multiply(zSquare).mod(P).multiply(a[2]).subtract(a[1]).mod(P);
    if (h.signum() == 0) {
      return r.signum() == 0 ? twice(a) : new BigInteger[] {a[0], a[1], BigInteger.ZERO};
    }
    BigInteger hSquare = h.multiply(h).mod(P);
    BigInteger hCube = hSquare.multiply(h).mod(P);
    BigInteger v = a[0].multiply(hSquare).mod(P);
    BigInteger x = r.multiply(r).subtract(hCube).subtract(v.shiftLeft(1)).mod(P);
    BigInteger y = r.multiply(v.subtract(x)).subtract(a[1].multiply(hCube)).mod(P);
    return new BigInteger[] {x, y, a[2].multiply(h).mod(P)};
  }

  /** A 32-byte big-endian number. */
  public static byte[] bytes32(BigInteger v) {
    byte[] b = v.toByteArray();
    byte[] out = new byte[32];
    int n = Math.min(32, b.length);
    System.arraycopy(b, b.length - n, out, 32 - n, n);
    return out;
  }

  private static byte[] encode(BigInteger[] p) {
    return Hex.join(new byte[] {4}, bytes32(p[0]), bytes32(p[1]));
  }

  private static BigInteger[] decode(byte[] b) {
    if (b.length != 65 || b[0] != 4) {
      throw new IllegalArgumentException("not an uncompressed point");
    }
    BigInteger x = new BigInteger(1, Arrays.copyOfRange(b, 1, 33));
    BigInteger y = new BigInteger(1, Arrays.copyOfRange(b, 33, 65));
    if (!y.pow(2)
        .subtract(x.pow(3))
        .subtract(BigInteger.valueOf(7))
        .mod(P)
        .equals(BigInteger.ZERO)) {
      throw new IllegalArgumentException("not on the curve");
    }
    return new BigInteger[] {x, y};
  }

  /** The uncompressed public key of a secret. */
  public static byte[] publicKey(byte[] secret) {
    return encode(multiply(G, new BigInteger(1, secret)));
  }

  /** The compressed form of an uncompressed point. */
  public static byte[] compress(byte[] point) {
    byte[] out = Arrays.copyOf(point, 33);
    out[0] = (byte) (2 + (point[64] & 1));
    return out;
  }

  /** The X coordinate of secret times point. */
  public static byte[] sharedX(byte[] secret, byte[] point) {
    return bytes32(multiply(decode(point), new BigInteger(1, secret))[0]);
  }

  /** Whether (r, s) signs this hash under this public key. */
  public static boolean verify(byte[] point, byte[] hash, BigInteger r, BigInteger s) {
    BigInteger w = s.modInverse(N);
    BigInteger u1 = new BigInteger(1, hash).multiply(w).mod(N);
    BigInteger u2 = r.multiply(w).mod(N);
    BigInteger[] sum = add(multiply(G, u1), multiply(decode(point), u2));
    return sum != null && sum[0].mod(N).equals(r);
  }
}
