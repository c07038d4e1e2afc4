// GET STATUS, LOAD KEY, GENERATE KEY, REMOVE KEY, DERIVE KEY.
package keyfence.applet;

/** Commands that change the master key or the current path, and the one that tells about them. */
final class KeyCommands implements Protocol {
  private static final byte STATUS_APPLICATION = 0;
  private static final byte STATUS_PATH = 1;

  private static final byte LOAD_PAIR = 1;
  private static final byte LOAD_EXTENDED_PAIR = 2;
  private static final byte LOAD_SEED = 3;
  private static final short MIN_SEED = 16;
  private static final short MAX_SEED = 64;

  /** Where LOAD KEY computes a public key: behind the longest template. */
  private static final short POINT = 160;

  private final Credentials credentials;
  private final KeyTree keys;
  private final Bip32 bip32;
  private final PathResolver resolver;

  KeyCommands(Credentials credentials, KeyTree keys, Bip32 bip32, PathResolver resolver) {
    this.credentials = credentials;
    this.keys = keys;
    this.bip32 = bip32;
    this.resolver = resolver;
  }

  /** GET STATUS. */
  short status(byte[] apdu) {
    if (apdu[2] == STATUS_PATH) {
      return keys.copyPath(apdu, ANSWER);
    }
    if (apdu[2] != STATUS_APPLICATION) {
      Refuse.parameters();
    }
    short off = Tlv.header(apdu, ANSWER, TAG_STATUS_TEMPLATE, (short) 9);
    off = credentials.copyTries(apdu, off);
    off = Tlv.one(apdu, off, TAG_BOOLEAN, keys.hasKey() ? (byte) 0xFF : (byte) 0);
    return (short) (off - ANSWER);
  }

  /** LOAD KEY: a key template or a seed. */
  short load(byte[] apdu, short len) {
    credentials.requirePin();
    byte form = apdu[2];
    if (form == LOAD_SEED) {
      if (len < MIN_SEED || len > MAX_SEED || !bip32.fromSeed(apdu, COMMAND, len)) {
        Refuse.data();
      }
      bip32.copyPublic(apdu, POINT);
      bip32.store(true, apdu, POINT);
    } else if (form == LOAD_PAIR || form == LOAD_EXTENDED_PAIR) {
      loadTemplate(apdu, len);
    } else {
      Refuse.parameters();
    }
    return keyUid(apdu);
  }

  /**
   * `A1 len { 80 pub (optional) 81 priv 82 chain code (optional) }`, every length checked before
   * use.
   */
  private void loadTemplate(byte[] apdu, short len) {
    short end = (short) (COMMAND + len);
    short off = Tlv.value(apdu, COMMAND, end, TAG_KEY_TEMPLATE);
    if ((short) (off + Tlv.length(apdu, off)) != end) {
      Refuse.data();
    }
    short point = -1;
    if (off < end && apdu[off] == TAG_PUBLIC_KEY) {
      point = Tlv.value(apdu, off, end, TAG_PUBLIC_KEY);
      Tlv.requireLength(apdu, point, POINT_LENGTH);
      off = (short) (point + POINT_LENGTH);
    }
    off = Tlv.value(apdu, off, end, TAG_PRIVATE_KEY);
    short secretLength = Tlv.length(apdu, off);
    if (secretLength == 0
        || secretLength > Scalar.LENGTH
        || !bip32.setSecret(apdu, off, secretLength)) {
      Refuse.data();
    }
    off += secretLength;
    boolean extended = off < end;
    if (extended) {
      off = Tlv.value(apdu, off, end, TAG_CHAIN_CODE);
      Tlv.requireLength(apdu, off, SECRET_LENGTH);
      bip32.setChainCode(apdu, off);
      off += SECRET_LENGTH;
    }
    if (off != end) {
      Refuse.data();
    }
    bip32.copyPublic(apdu, POINT);
    if (point >= 0 && !Crypto.equal(apdu, point, apdu, POINT, POINT_LENGTH)) {
      Refuse.data();
    }
    bip32.store(extended, apdu, POINT);
  }

  /** GENERATE KEY: the master of 64 random bytes as seed. */
  short generate(byte[] apdu) {
    credentials.requirePin();
    do {
      Crypto.random.generateData(apdu, COMMAND, MAX_SEED);
    } while (!bip32.fromSeed(apdu, COMMAND, MAX_SEED));
    bip32.copyPublic(apdu, POINT);
    bip32.store(true, apdu, POINT);
    return keyUid(apdu);
  }

  private short keyUid(byte[] apdu) {
    keys.keyUid(apdu, ANSWER);
    return SECRET_LENGTH;
  }

  /** REMOVE KEY. */
  short remove() {
    credentials.requirePin();
    keys.remove();
    return 0;
  }

  /** DERIVE KEY: stores the path; derivation happens on use. */
  short derive(byte[] apdu, short len) {
    credentials.requirePin();
    if (!keys.hasKey()) {
      Refuse.conditions();
    }
    byte p1 = apdu[2];
    if (!PathResolver.isSource(p1) || (byte) (p1 & ~PathResolver.SOURCE_MASK) != 0) {
      Refuse.parameters();
    }
    resolver.resolve(p1, apdu, COMMAND, len);
    resolver.requirePaths();
    resolver.makeCurrent(credentials.current());
    return 0;
  }
}
