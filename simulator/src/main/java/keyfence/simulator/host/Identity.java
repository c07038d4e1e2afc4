package keyfence.simulator.host;

import com.licel.jcardsim.bouncycastle.math.ec.ECPoint;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * An identity for a card: key and certificate (compressed key, then the issuer's recoverable
 * signature r, s, v over its SHA-256).
 */
public final class Identity {
  private Identity() {}

  /** Certificate (98) and private key (32) of a new identity, as the Ident applet stores them. */
  public static byte[] issue(byte[] issuerKey, SecureRandom random) {
    BigInteger key = Curve.randomScalar(random);
    byte[] publicKey = Curve.multiplyGenerator(key).getEncoded(true);
    ByteArrayOutputStream identity = new ByteArrayOutputStream();
    identity.writeBytes(publicKey);
    identity.writeBytes(sign(new BigInteger(1, issuerKey), sha256(publicKey), random));
    identity.writeBytes(Curve.bytes(key));
    return identity.toByteArray();
  }

  private static byte[] sign(BigInteger issuer, byte[] digest, SecureRandom random) {
    BigInteger n = Curve.ORDER;
    BigInteger k = Curve.randomScalar(random);
    ECPoint point = Curve.multiplyGenerator(k);
    BigInteger x = point.getAffineXCoord().toBigInteger();
    BigInteger r = x.mod(n);
    BigInteger s =
        k.modInverse(n).multiply(new BigInteger(1, digest).add(r.multiply(issuer))).mod(n);
    int recovery = point.getAffineYCoord().toBigInteger().testBit(0) ? 1 : 0;
    if (x.compareTo(n) >= 0) {
      recovery |= 2;
    }
    if (s.shiftLeft(1).compareTo(n) > 0) {
      s = n.subtract(s);
      recovery ^= 1;
    }
    ByteArrayOutputStream signature = new ByteArrayOutputStream();
    signature.writeBytes(Curve.bytes(r));
    signature.writeBytes(Curve.bytes(s));
    signature.write(recovery);
    return signature.toByteArray();
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
