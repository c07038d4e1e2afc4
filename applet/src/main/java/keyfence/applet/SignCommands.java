// SIGN and SET PINLESS PATH.
package keyfence.applet;

import javacard.framework.ISOException;

/** Signs hashes, with the PIN anywhere, without it at the PIN-less path only. */
final class SignCommands implements Protocol {
  private static final byte CURRENT = 0;
  private static final byte DERIVE_AND_MAKE_CURRENT = 2;
  private static final byte PINLESS = 3;

  /** Where the path starts: after the hash. */
  private static final short PATH = (short) (COMMAND + SECRET_LENGTH);

  private final Credentials credentials;
  private final KeyTree keys;
  private final Bip32 bip32;
  private final PathResolver resolver;
  private final ExportPolicy policy;

  SignCommands(
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

  /** SW 6B00 for an unknown option of SIGN. Returns whether it is the one that needs no channel. */
  static boolean isPinless(byte p1) {
    byte option = (byte) (p1 & ~PathResolver.SOURCE_MASK);
    if (option > PINLESS) {
      ISOException.throwIt(SW_WRONG_SOURCE);
    }
    return option == PINLESS;
  }

  /** SIGN: hash (32), then a path where the option takes one. */
  short sign(byte[] apdu, short len) {
    byte p1 = apdu[2];
    byte option = (byte) (p1 & ~PathResolver.SOURCE_MASK);
    byte tree = isPinless(p1) ? usePinlessPath(len) : usePath(option, p1, apdu, len);
    bip32.startAtMaster(tree);
    bip32.derive(resolver.path, (short) 0, resolver.length());
    // The signature first: the public key goes over the hash.
    short end = bip32.sign(apdu, COMMAND, Ecdsa.signatureAt(POINT_LENGTH));
    bip32.copyPublic(apdu, (short) (ANSWER + 5));
    if (option == DERIVE_AND_MAKE_CURRENT) {
      resolver.makeCurrent(tree);
    }
    return Ecdsa.frame(apdu, TAG_PUBLIC_KEY, POINT_LENGTH, end);
  }

  /** Option 3. Returns the tree that the PIN-less path was set under: it never signs in another. */
  private byte usePinlessPath(short len) {
    if (!keys.hasPinlessPath()) {
      ISOException.throwIt(SW_NOT_FOUND);
    }
    if (len != SECRET_LENGTH) {
      Refuse.data();
    }
    resolver.pinless();
    requirePinlessAllowed();
    return keys.pinlessTree();
  }

  /** Options 0 to 2. Returns the tree to sign in. */
  private byte usePath(byte option, byte p1, byte[] apdu, short len) {
    if (len < SECRET_LENGTH) {
      Refuse.data();
    }
    byte source = p1;
    if (option == CURRENT) {
      source = PathResolver.FROM_CURRENT;
    } else if (!PathResolver.isSource(p1)) {
      Refuse.parameters();
    }
    resolver.resolve(source, apdu, PATH, (short) (len - SECRET_LENGTH));
    byte tree = credentials.current();
    if (!credentials.isPinVerified()) {
      if (!keys.isPinlessPath(resolver.path, (short) 0, resolver.length())) {
        Refuse.conditions();
      }
      requirePinlessAllowed();
      tree = keys.pinlessTree();
    }
    if (!keys.hasKey()) {
      Refuse.conditions();
    }
    resolver.requirePaths();
    return tree;
  }

  private void requirePinlessAllowed() {
    if (!policy.mayBePinless(resolver.path, (short) 0, resolver.length())) {
      Refuse.conditions();
    }
  }

  /** SET PINLESS PATH, from the master; an empty one unsets it. */
  short setPinlessPath(byte[] apdu, short len) {
    if (!credentials.isPinVerified() || !keys.hasKey()) {
      Refuse.conditions();
    }
    resolver.resolve(PathResolver.FROM_MASTER, apdu, COMMAND, len);
    resolver.requirePaths();
    if (len != 0) {
      requirePinlessAllowed();
    }
    keys.setPinlessPath(resolver.path, (short) 0, len, credentials.current());
    return 0;
  }
}
