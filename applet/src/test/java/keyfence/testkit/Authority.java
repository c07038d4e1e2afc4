// A policy authority of the tests: ECDSA on big integers, the nonce from secret and message.
package keyfence.testkit;

import java.math.BigInteger;
import java.util.Arrays;

/** Signs policies. Deterministic, not RFC 6979: nobody's real key. */
public final class Authority {
  private static final BigInteger N =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  private final byte[] secret;
  private final byte[] key;

  /** The authority with that number. */
  public Authority(int number) {
    secret = HostChannel.sha("SHA-256", KeycardClient.ascii("authority " + number));
    key = Curve.publicKey(secret);
  }

  /** The uncompressed public key. */
  public byte[] key() {
    return key.clone();
  }

  /** First 8 bytes of SHA-256 of the key, in hexadecimal. */
  public String fingerprint() {
    return Hex.hex(Arrays.copyOf(HostChannel.sha("SHA-256", key), 8));
  }

  /** policy | signature. */
  public byte[] sign(byte[] policy) {
    return Hex.join(policy, signature(policy));
  }

  /** The DER signature of a policy. */
  public byte[] signature(byte[] policy) {
    BigInteger digest =
        new BigInteger(
            1, HostChannel.sha("SHA-256", KeycardClient.ascii("keycard-export-policy-v1"), policy));
    byte[] nonce = HostChannel.sha("SHA-256", secret, policy);
    BigInteger k = new BigInteger(1, nonce).mod(N);
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(Curve.publicKey(nonce), 1, 33)).mod(N);
    BigInteger d = new BigInteger(1, secret);
    BigInteger s = k.modInverse(N).multiply(digest.add(r.multiply(d))).mod(N);
    byte[] a = r.toByteArray();
    byte[] b = s.toByteArray();
    return Hex.join(
        Hex.bytes(0x30, a.length + b.length + 4, 2, a.length), a, Hex.bytes(2, b.length), b);
  }
}
