// BIP-32 by the book, for the model and for the truth it is compared with.
package keyfence.applet.closure;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Child key derivation; public points of secrets are remembered, as many histories ask for the
 * same.
 */
final class Bip32Math {
  private static final Map<BigInteger, Points.Affine> PUBLIC = new HashMap<>();

  private Bip32Math() {}

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static Points.Affine publicPoint(BigInteger secret) {
    return PUBLIC.computeIfAbsent(secret, Points::multiply);
  }

  /** What a parent adds to reach a child, and the child's chain code. */
  record Step(BigInteger tweak, byte[] chainCode) {}

  static Step soft(byte[] compressed, byte[] chainCode, long index) {
    return step(chainCode, ByteBuffer.allocate(37).put(compressed).putInt((int) index).array());
  }

  static Step hardened(BigInteger secret, byte[] chainCode, long index) {
    byte[] data =
        ByteBuffer.allocate(37).put((byte) 0).put(bytes(secret)).putInt((int) index).array();
    return step(chainCode, data);
  }

  private static Step step(byte[] chainCode, byte[] data) {
    byte[] i = hmac(chainCode, data);
    return new Step(new BigInteger(1, Arrays.copyOf(i, 32)), Arrays.copyOfRange(i, 32, 64));
  }

  static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA512");
      mac.init(new SecretKeySpec(key, "HmacSHA512"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] bytes(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] out = new byte[32];
    int n = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - n, out, 32 - n, n);
    return out;
  }
}
