// EXPORT KEY: the only way out for a private key, and only where the policy says so.
package keyfence.applet;

import javacard.framework.ISOException;

/** The policy is asked before deriving and again before releasing. */
final class ExportKey implements Protocol {
  private static final byte CURRENT = 0;
  private static final byte DERIVE = 1;
  private static final byte DERIVE_AND_MAKE_CURRENT = 2;

  static final byte PRIVATE = 0;
  static final byte PUBLIC = 1;
  static final byte EXTENDED_PUBLIC = 2;

  private final Credentials credentials;
  private final KeyTree keys;
  private final Bip32 bip32;
  private final PathResolver resolver;
  private final ExportPolicy policy;

  ExportKey(
      Credentials credentials,
      KeyTree keys,
      Bip32 bip32,
      PathResolver resolver,
      ExportPolicy policy) {
    this.credentials = credentials;
    this.keys = keys;
    this.bip32 = bip32;
    this.resolver = resolver;
    this.policy = policy;
  }

  /** EXPORT KEY. Order: PIN and key, P2, P1, path, policy. */
  short export(byte[] apdu, short len) {
    if (!credentials.isPinVerified() || !keys.hasKey()) {
      ISOException.throwIt(SW_CONDITIONS);
    }
    byte p1 = apdu[2];
    byte what = apdu[3];
    byte option = (byte) (p1 & ~PathResolver.SOURCE_MASK);
    if (what < PRIVATE || what > EXTENDED_PUBLIC) {
      ISOException.throwIt(SW_WRONG_P1P2);
    }
    if (option > DERIVE_AND_MAKE_CURRENT || !PathResolver.isSource(p1)) {
      ISOException.throwIt(SW_WRONG_P1P2);
    }
    byte source = option == CURRENT ? PathResolver.FROM_CURRENT : p1;
    resolver.resolve(source, apdu, COMMAND, len);
    resolver.requirePaths();
    requireAllowed(what, resolver.path, (short) 0, resolver.length());
    byte tree = credentials.current();
    bip32.startAtMaster(tree);
    bip32.derive(resolver.path, (short) 0, resolver.length());
    short end = copyNode(what, apdu, ANSWER);
    requireAllowed(what, resolver.path, (short) 0, resolver.length());
    if (option == DERIVE_AND_MAKE_CURRENT) {
      resolver.makeCurrent(tree);
    }
    return (short) (end - ANSWER);
  }

  /** SW 6985 where the policy keeps this kind of key of this path on the card. */
  private void requireAllowed(byte what, byte[] path, short off, short len) {
    boolean allowed = true;
    if (what == PRIVATE) {
      allowed = policy.mayExportPrivate(path, off, len);
    } else if (what == EXTENDED_PUBLIC) {
      allowed = keys.isExtended() && policy.mayExportExtendedPublic(path, off, len);
    }
    if (!allowed) {
      ISOException.throwIt(SW_CONDITIONS);
    }
  }

  /** Writes the node's template. Returns the offset after it. */
  private short copyNode(byte what, byte[] out, short off) {
    out[off++] = TAG_KEY_TEMPLATE;
    short lengthAt = off++;
    if (what == PRIVATE) {
      out[off++] = TAG_PRIVATE_KEY;
      out[off++] = (byte) Scalar.LENGTH;
      off = bip32.copySecret(out, off);
    } else {
      out[off++] = TAG_PUBLIC_KEY;
      out[off++] = (byte) POINT_LENGTH;
      off = bip32.copyPublic(out, off);
      if (what == EXTENDED_PUBLIC) {
        out[off++] = TAG_CHAIN_CODE;
        out[off++] = (byte) SECRET_LENGTH;
        off = bip32.copyChainCode(out, off);
      }
    }
    out[lengthAt] = (byte) ((short) (off - lengthAt) - 1);
    return off;
  }
}
