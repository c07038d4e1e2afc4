// The template that SIGN and IDENTIFY CARD answer, parsed strictly.
package keyfence.testkit;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * `A0 81 len { tag len value, DER signature }`; parsing fails on anything but minimal DER with a
 * low s.
 */
public record SignatureTemplate(int tag, byte[] value, byte[] der, BigInteger r, BigInteger s) {
  public static SignatureTemplate parse(byte[] b) {
    check((b[0] & 0xff) == 0xa0 && (b[1] & 0xff) == 0x81, "A0 81");
    check((b[2] & 0xff) == b.length - 3, "length of the template");
    byte[] value = Arrays.copyOfRange(b, 5, 5 + (b[4] & 0xff));
    byte[] der = Arrays.copyOfRange(b, 5 + value.length, b.length);
    check(der[0] == 0x30 && der[1] == der.length - 2, "SEQUENCE");
    int rLength = der[3];
    byte[] r = integer(der, 2);
    byte[] s = integer(der, 4 + rLength);
    check(4 + rLength + 2 + s.length == der.length, "nothing after s");
    BigInteger low = new BigInteger(s);
    check(low.shiftLeft(1).compareTo(Curve.N) < 0, "low s");
    return new SignatureTemplate(b[3] & 0xff, value, der, new BigInteger(r), low);
  }

  private static byte[] integer(byte[] der, int at) {
    check(der[at] == 2, "INTEGER");
    byte[] v = Arrays.copyOfRange(der, at + 2, at + 2 + der[at + 1]);
    check(v.length > 0 && v[0] >= 0, "positive");
    check(v.length == 1 || v[0] != 0 || v[1] < 0, "minimal");
    return v;
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("signature template: " + what);
    }
  }

  /** Fails unless the key in the template signed this hash. */
  public SignatureTemplate verify(byte[] hash) {
    return verify(publicKey(), hash);
  }

  /** Fails unless this key signed this hash. */
  public SignatureTemplate verify(byte[] key, byte[] hash) {
    check(Curve.verify(key, hash, r, s), "the signature verifies");
    return this;
  }

  /** The public key (tag 80). */
  public byte[] publicKey() {
    check(tag == 0x80 && value.length == 65, "80 41");
    return value;
  }
}
