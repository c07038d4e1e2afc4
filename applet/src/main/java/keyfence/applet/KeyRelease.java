// What EXPORT KEY asks before a key is derived and released, and how the key looks on the wire.
package keyfence.applet;

import javacard.framework.Util;

/** The three kinds of export (P2), their permission and their templates. */
final class KeyRelease implements Protocol {
  static final byte PRIVATE = 0;
  static final byte PUBLIC = 1;
  static final byte EXTENDED_PUBLIC = 2;

  private final KeyTree keys;
  private final Bip32 bip32;
  private final ExportPolicy policy;

  KeyRelease(KeyTree keys, Bip32 bip32, ExportPolicy policy) {
    this.keys = keys;
    this.bip32 = bip32;
    this.policy = policy;
  }

  static boolean isKind(byte kind) {
    return kind >= PRIVATE && kind <= EXTENDED_PUBLIC;
  }

  /** SW 6985 where the policy keeps this kind of key of this path on the card. */
  void requireAllowed(byte kind, byte[] path, short off, short len) {
    boolean allowed;
    if (kind == PRIVATE) {
      allowed = policy.mayExportPrivate(path, off, len);
    } else if (kind == PUBLIC) {
      allowed = true;
    } else {
      allowed = keys.isExtended() && policy.mayExportExtendedPublic(path, off, len);
    }
    if (!allowed) {
      Refuse.conditions();
    }
  }

  /** How many bytes of keys a template of this kind holds. */
  static short rawLength(byte kind) {
    if (kind == PRIVATE) {
      return Scalar.LENGTH;
    }
    return kind == PUBLIC ? POINT_LENGTH : (short) (POINT_LENGTH + SECRET_LENGTH);
  }

  /** How long a template of this kind is: `A1 len`, and `tag len` before each key. */
  static short templateLength(byte kind) {
    return (short) (rawLength(kind) + (kind == EXTENDED_PUBLIC ? 6 : 4));
  }

  /** Writes the node's keys without tags, {@link #rawLength} bytes. */
  void copyRaw(byte kind, byte[] out, short off) {
    if (kind == PRIVATE) {
      bip32.copySecret(out, off);
      return;
    }
    short end = bip32.copyPublic(out, off);
    if (kind == EXTENDED_PUBLIC) {
      bip32.copyChainCode(out, end);
    }
  }

  /** Makes a template at off of the keys at raw, which may overlap if raw &lt; off. */
  static void frame(byte kind, byte[] b, short raw, short off) {
    short value = (short) (off + 4);
    if (kind == EXTENDED_PUBLIC) {
      short chainCode = (short) ((short) (value + POINT_LENGTH) + 2);
      Util.arrayCopyNonAtomic(b, (short) (raw + POINT_LENGTH), b, chainCode, SECRET_LENGTH);
      Util.arrayCopyNonAtomic(b, raw, b, value, POINT_LENGTH);
      Tlv.header(b, (short) (chainCode - 2), TAG_CHAIN_CODE, SECRET_LENGTH);
    } else {
      Util.arrayCopyNonAtomic(b, raw, b, value, rawLength(kind));
    }
    Tlv.header(b, off, TAG_KEY_TEMPLATE, (short) (templateLength(kind) - 2));
    off += 2;
    if (kind == PRIVATE) {
      Tlv.header(b, off, TAG_PRIVATE_KEY, Scalar.LENGTH);
    } else {
      Tlv.header(b, off, TAG_PUBLIC_KEY, POINT_LENGTH);
    }
  }
}
