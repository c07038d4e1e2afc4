// EXPORT KEY: the only way out for a private key, and only where the policy says so.
package keyfence.applet;

/** One path, or many (P1 = 03); the policy is asked before deriving and again before releasing. */
final class ExportKey implements Protocol {
  private static final byte CURRENT = 0;
  private static final byte DERIVE_AND_MAKE_CURRENT = 2;
  private static final byte MANY = 3;

  private final Credentials credentials;
  private final KeyTree keys;
  private final Bip32 bip32;
  private final PathResolver resolver;
  private final KeyRelease release;
  private final ExportMany many;

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
    release = new KeyRelease(keys, bip32, policy);
    many = new ExportMany(keys, bip32, resolver, release);
  }

  /** EXPORT KEY. Order: PIN and key, P2, P1, path, policy. */
  short export(byte[] apdu, short len) {
    if (!credentials.isPinVerified() || !keys.hasKey()) {
      Refuse.conditions();
    }
    byte p1 = apdu[2];
    byte kind = apdu[3];
    if (!KeyRelease.isKind(kind)) {
      Refuse.parameters();
    }
    byte tree = credentials.current();
    if (p1 == MANY) {
      return many.export(kind, tree, apdu, len);
    }
    byte option = (byte) (p1 & ~PathResolver.SOURCE_MASK);
    if (option > DERIVE_AND_MAKE_CURRENT || !PathResolver.isSource(p1)) {
      Refuse.parameters();
    }
    resolver.resolve(option == CURRENT ? PathResolver.FROM_CURRENT : p1, apdu, COMMAND, len);
    resolver.requirePaths();
    release.requireAllowed(kind, resolver.path, (short) 0, resolver.length());
    bip32.startAtMaster(tree);
    bip32.derive(resolver.path, (short) 0, resolver.length());
    // The keys go where the template puts them; the policy is asked again before they may leave.
    short raw = (short) (ANSWER + 4);
    release.copyRaw(kind, apdu, raw);
    release.requireAllowed(kind, resolver.path, (short) 0, resolver.length());
    KeyRelease.frame(kind, apdu, raw, ANSWER);
    if (option == DERIVE_AND_MAKE_CURRENT) {
      resolver.makeCurrent(tree);
    }
    return KeyRelease.templateLength(kind);
  }
}
