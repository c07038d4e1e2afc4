// GET STATUS, LOAD KEY, GENERATE KEY, REMOVE KEY, DERIVE KEY.
package keyfence.applet;

import javacard.framework.ISOException;

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
      ISOException.throwIt(SW_WRONG_P1P2);
    }
    short off = ANSWER;
    apdu[off++] = TAG_STATUS_TEMPLATE;
    apdu[off++] = 9;
    off = credentials.copyTries(apdu, off);
    apdu[off++] = TAG_BOOLEAN;
    apdu[off++] = 1;
    apdu[off++] = keys.hasKey() ? (byte) 0xFF : (byte) 0;
    return (short) (off - ANSWER);
  }

  /** LOAD KEY: a key template or a seed. */
  short load(byte[] apdu, short len) {
    credentials.requirePin();
    byte form = apdu[2];
    if (form == LOAD_SEED) {
      if (len < MIN_SEED || len > MAX_SEED || !bip32.fromSeed(apdu, COMMAND, len)) {
        ISOException.throwIt(SW_WRONG_DATA);
      }
      bip32.copyPublic(apdu, POINT);
      bip32.store(true, apdu, POINT);
    } else if (form == LOAD_PAIR || form == LOAD_EXTENDED_PAIR) {
      loadTemplate(apdu, len);
    } else {
      ISOException.throwIt(SW_WRONG_P1P2);
    }
    return keyUid(apdu);
  }

  /**
   * `A1 len { 80 pub (optional) 81 priv 82 chain code (optional) }`, every length checked before
   * use.
   */
  private void loadTemplate(byte[] apdu, short len) {
    short end = (short) (COMMAND + len);
    short off = valueOf(apdu, COMMAND, end, TAG_KEY_TEMPLATE);
    if ((short) (off + lengthBefore(apdu, off)) != end) {
      ISOException.throwIt(SW_WRONG_DATA);
    }
    short point = -1;
    if (off < end && apdu[off] == TAG_PUBLIC_KEY) {
      point = valueOf(apdu, off, end, TAG_PUBLIC_KEY);
      requireLength(apdu, point, POINT_LENGTH);
      off = (short) (point + POINT_LENGTH);
    }
    off = valueOf(apdu, off, end, TAG_PRIVATE_KEY);
    short secretLength = lengthBefore(apdu, off);
    if (secretLength == 0
        || secretLength > Scalar.LENGTH
        || !bip32.setSecret(apdu, off, secretLength)) {
      ISOException.throwIt(SW_WRONG_DATA);
    }
    off += secretLength;
    boolean extended = off < end;
    if (extended) {
      off = valueOf(apdu, off, end, TAG_CHAIN_CODE);
      requireLength(apdu, off, SECRET_LENGTH);
      bip32.setChainCode(apdu, off);
      off += SECRET_LENGTH;
    }
    if (off != end) {
      ISOException.throwIt(SW_WRONG_DATA);
    }
    bip32.copyPublic(apdu, POINT);
    if (point >= 0 && !Crypto.equal(apdu, point, apdu, POINT, POINT_LENGTH)) {
      ISOException.throwIt(SW_WRONG_DATA);
    }
    bip32.store(extended, apdu, POINT);
  }

  /**
   * The offset of the value of the TLV at off, which must have this tag and end at or before end.
   */
  private static short valueOf(byte[] b, short off, short end, byte tag) {
    short value = (short) (off + 2);
    if (value > end || b[off] != tag) {
      ISOException.throwIt(SW_WRONG_DATA);
    }
    if (b[(short) (off + 1)] == LENGTH_ONE_MORE) {
      value++;
    } else if (b[(short) (off + 1)] < 0) {
      ISOException.throwIt(SW_WRONG_DATA);
    }
    if (value > end || (short) (value + lengthBefore(b, value)) > end) {
      ISOException.throwIt(SW_WRONG_DATA);
    }
    return value;
  }

  private static short lengthBefore(byte[] b, short value) {
    return (short) (b[(short) (value - 1)] & 0xff);
  }

  private static void requireLength(byte[] b, short value, short wanted) {
    if (lengthBefore(b, value) != wanted) {
      ISOException.throwIt(SW_WRONG_DATA);
    }
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
      ISOException.throwIt(SW_CONDITIONS);
    }
    byte p1 = apdu[2];
    if (!PathResolver.isSource(p1) || (byte) (p1 & ~PathResolver.SOURCE_MASK) != 0) {
      ISOException.throwIt(SW_WRONG_P1P2);
    }
    resolver.resolve(p1, apdu, COMMAND, len);
    resolver.requirePaths();
    resolver.makeCurrent(credentials.current());
    return 0;
  }
}
