// ECDSA on a digest, always with a low s and in minimal DER, and the template that signatures leave
// in.
package keyfence.applet;

import javacard.framework.Util;
import javacard.security.ECPrivateKey;
import javacard.security.Signature;

/**
 * The platform's engine, its answer parsed leniently and written anew (BIP-62; X.690, section 8.3).
 */
final class Ecdsa implements Protocol {
  /** Longest DER signature with high or low s: two INTEGERs of 33 bytes. */
  private static final short MAX_DER = 72;

  private static final byte TAG_SEQUENCE = 0x30;

  private static Signature engine;

  private Ecdsa() {}

  /** Makes the engine; later calls do nothing. Only called while an applet installs. */
  static void install() {
    if (engine == null) {
      engine = Signature.getInstance(Signature.ALG_ECDSA_SHA_256, false);
    }
  }

  /**
   * Signs a digest (32). Writes DER at outOff and needs 136 bytes there. Returns the offset after
   * the signature.
   */
  static short sign(ECPrivateKey key, byte[] digest, short off, byte[] out, short outOff) {
    engine.init(key, Signature.MODE_SIGN);
    engine.signPreComputedHash(digest, off, Scalar.LENGTH, out, outOff);
    short r = (short) (outOff + MAX_DER);
    short s = (short) (r + Scalar.LENGTH);
    short second = readInteger(out, (short) (outOff + 2), r);
    readInteger(out, second, s);
    Scalar.makeLow(out, s);
    short end = writeInteger(out, r, (short) (outOff + 2));
    end = writeInteger(out, s, end);
    Tlv.header(out, outOff, TAG_SEQUENCE, (short) ((short) (end - outOff) - 2));
    return end;
  }

  /** Reads an INTEGER, minimal or not, into 32 bytes. Returns the offset after it. */
  private static short readInteger(byte[] b, short off, short to) {
    short len = b[(short) (off + 1)];
    short from = (short) (off + 2);
    short next = (short) (from + len);
    while (len > Scalar.LENGTH) {
      from++;
      len--;
    }
    short padding = (short) (Scalar.LENGTH - len);
    Util.arrayFillNonAtomic(b, to, padding, (byte) 0);
    Util.arrayCopyNonAtomic(b, from, b, (short) (to + padding), len);
    return next;
  }

  /** Writes 32 bytes as an INTEGER without needless zeros. Returns the offset after it. */
  private static short writeInteger(byte[] b, short from, short to) {
    short len = Scalar.LENGTH;
    while (len > 1 && b[from] == 0) {
      from++;
      len--;
    }
    b[to++] = TAG_INTEGER;
    if (b[from] < 0) {
      b[to++] = (byte) (len + 1);
      b[to++] = 0;
    } else {
      b[to++] = (byte) len;
    }
    return Util.arrayCopyNonAtomic(b, from, b, to, len);
  }

  /** Where a template's signature goes at ANSWER: after `A0 81 len tag n value`. */
  static short signatureAt(short valueLength) {
    return (short) ((short) (ANSWER + 5) + valueLength);
  }

  /**
   * Writes `A0 81 len tag n` before a value of n bytes and a signature that ends at end. Returns
   * the answer's length.
   */
  static short frame(byte[] out, byte tag, short valueLength, short end) {
    Tlv.header(out, ANSWER, TAG_SIGNATURE_TEMPLATE, LENGTH_ONE_MORE);
    out[(short) (ANSWER + 2)] = (byte) ((short) (end - ANSWER) - 3);
    Tlv.header(out, (short) (ANSWER + 3), tag, valueLength);
    return (short) (end - ANSWER);
  }
}
