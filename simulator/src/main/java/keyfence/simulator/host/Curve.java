package keyfence.simulator.host;

import com.licel.jcardsim.bouncycastle.asn1.sec.SECNamedCurves;
import com.licel.jcardsim.bouncycastle.asn1.x9.X9ECParameters;
import com.licel.jcardsim.bouncycastle.math.ec.ECPoint;
import java.math.BigInteger;
import java.security.SecureRandom;

/** secp256k1 for the host's side of the protocol. */
final class Curve {
  private static final X9ECParameters PARAMETERS = SECNamedCurves.getByName("secp256k1");
  static final BigInteger ORDER = PARAMETERS.getN();
  private static final int BYTES = 32;

  private Curve() {}

  /** A private key. */
  static BigInteger randomScalar(SecureRandom random) {
    BigInteger scalar;
    do {
      scalar = new BigInteger(256, random);
    } while (scalar.signum() == 0 || scalar.compareTo(ORDER) >= 0);
    return scalar;
  }

  /** The public key of a private one. */
  static ECPoint multiplyGenerator(BigInteger scalar) {
    return PARAMETERS.getG().multiply(scalar).normalize();
  }

  /** The X coordinate that two keys share. */
  static byte[] sharedX(BigInteger scalar, byte[] point) {
    return bytes(
        PARAMETERS
            .getCurve()
            .decodePoint(point)
            .multiply(scalar)
            .normalize()
            .getXCoord()
            .toBigInteger());
  }

  /** 32 bytes, big-endian. */
  static byte[] bytes(BigInteger number) {
    byte[] bytes = new byte[BYTES];
    byte[] raw = number.toByteArray();
    int length = Math.min(raw.length, BYTES);
    System.arraycopy(raw, raw.length - length, bytes, BYTES - length, length);
    return bytes;
  }
}
