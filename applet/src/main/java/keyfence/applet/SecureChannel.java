// Secure channel V1: session keys, and the wrapping of commands and answers.
package keyfence.applet;

import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.AESKey;
import javacard.security.KeyBuilder;
import javacard.security.Signature;
import javacardx.crypto.Cipher;

/** All of it is lost when the applet is deselected. */
final class SecureChannel implements Protocol {
  private static final byte CLOSED = 0;
  private static final byte OPENED = 1;
  private static final byte AUTHENTICATED = 2;

  static final short BLOCK = 16;
  private static final short SALT = 32;
  private static final short IV = 16;

  // Offsets in the transient array.
  private static final short STATE = 0;
  private static final short CHAIN = 1;
  private static final short FIRST_BLOCK = 17;
  private static final short TRANSIENT_LENGTH = 33;

  /**
   * Where OPEN keeps the shared secret and then the session keys: after its answer, wiped before
   * that leaves.
   */
  private static final short SECRETS = (short) (ANSWER + SALT + IV);

  private final ChannelKey channelKey;
  private final PairingSlots pairings;
  private final AESKey encryptionKey;
  private final AESKey macKey;
  private final Cipher cipher;
  private final Signature mac;
  private final byte[] session;

  SecureChannel(ChannelKey channelKey, PairingSlots pairings) {
    this.channelKey = channelKey;
    this.pairings = pairings;
    encryptionKey = newKey();
    macKey = newKey();
    cipher = Cipher.getInstance(Cipher.ALG_AES_BLOCK_128_CBC_NOPAD, false);
    mac = Signature.getInstance(Signature.ALG_AES_MAC_128_NOPAD, false);
    session = JCSystem.makeTransientByteArray(TRANSIENT_LENGTH, JCSystem.CLEAR_ON_DESELECT);
  }

  private static AESKey newKey() {
    return (AESKey)
        KeyBuilder.buildKey(
            KeyBuilder.TYPE_AES_TRANSIENT_DESELECT, KeyBuilder.LENGTH_AES_256, false);
  }

  /** Whether the channel is open and authenticated: answers are wrapped. */
  boolean isOpen() {
    return session[STATE] == AUTHENTICATED;
  }

  /** Whether OPEN SECURE CHANNEL succeeded and MUTUALLY AUTHENTICATE is awaited. */
  boolean isHalfOpen() {
    return session[STATE] == OPENED;
  }

  /** Drops the keys. */
  void close() {
    Crypto.wipe(session, (short) 0, TRANSIENT_LENGTH);
    encryptionKey.clearKey();
    macKey.clearKey();
  }

  /** OPEN SECURE CHANNEL, after {@link #close}: salt || IV. */
  short open(byte[] apdu, short len) {
    byte slot = apdu[2];
    if (!pairings.isUsed(slot)) {
      Refuse.parameters();
    }
    if (len != POINT_LENGTH) {
      Refuse.data();
    }
    agree(apdu, COMMAND, apdu, SECRETS);
    Crypto.random.generateData(apdu, ANSWER, (short) (SALT + IV));
    Crypto.sha512.reset();
    Crypto.sha512.update(apdu, SECRETS, SECRET_LENGTH);
    pairings.digestKey(slot);
    Crypto.sha512.doFinal(apdu, ANSWER, SALT, apdu, SECRETS);
    encryptionKey.setKey(apdu, SECRETS);
    macKey.setKey(apdu, (short) (SECRETS + SECRET_LENGTH));
    Crypto.wipe(apdu, SECRETS, (short) (2 * SECRET_LENGTH));
    Util.arrayCopyNonAtomic(apdu, (short) (ANSWER + SALT), session, CHAIN, IV);
    session[STATE] = OPENED;
    return (short) (SALT + IV);
  }

  /** Whatever the platform throws at a client's key means that it is no point of the curve. */
  private void agree(byte[] apdu, short point, byte[] out, short outOff) {
    try {
      channelKey.agree(apdu, point, out, outOff);
    } catch (RuntimeException e) {
      Refuse.data();
    }
  }

  /** MUTUALLY AUTHENTICATE, after {@link #unwrap}, of a half-open channel: 32 random bytes. */
  short authenticate(byte[] apdu) {
    session[STATE] = AUTHENTICATED;
    Crypto.random.generateData(apdu, ANSWER, SECRET_LENGTH);
    return SECRET_LENGTH;
  }

  /**
   * Checks a wrapped command's MAC and decrypts it in place. Returns the plaintext's length, -1 if
   * the MAC doesn't verify (nothing decrypted), -2 if the padding is wrong behind a good MAC.
   */
  short unwrap(byte[] apdu, short len) {
    if (len < (short) (2 * BLOCK) || (short) (len & 0x0f) != 0) {
      return -1;
    }
    short body = (short) (COMMAND + BLOCK);
    short bodyLen = (short) (len - BLOCK);
    Crypto.wipe(session, FIRST_BLOCK, BLOCK);
    Util.arrayCopyNonAtomic(apdu, (short) 0, session, FIRST_BLOCK, (short) 4);
    session[(short) (FIRST_BLOCK + 4)] = (byte) len;
    mac.init(macKey, Signature.MODE_SIGN);
    mac.update(session, FIRST_BLOCK, BLOCK);
    mac.sign(apdu, body, bodyLen, session, FIRST_BLOCK);
    if (!Crypto.equal(apdu, COMMAND, session, FIRST_BLOCK, BLOCK)) {
      return -1;
    }
    cipher.init(encryptionKey, Cipher.MODE_DECRYPT, session, CHAIN, BLOCK);
    cipher.doFinal(apdu, body, bodyLen, apdu, body);
    Util.arrayCopyNonAtomic(apdu, COMMAND, session, CHAIN, BLOCK);
    short plain = unpad(apdu, body, bodyLen);
    if (plain < 0) {
      return -2;
    }
    Util.arrayCopyNonAtomic(apdu, body, apdu, COMMAND, plain);
    return plain;
  }

  /** The length without ISO 9797-1 method 2 padding, or -1. */
  private static short unpad(byte[] b, short off, short len) {
    short last = (short) (len - 1);
    short first = (short) (len - BLOCK);
    while (last > first && b[(short) (off + last)] == 0) {
      last--;
    }
    return b[(short) (off + last)] == (byte) 0x80 ? last : (short) -1;
  }

  /**
   * Wraps the answer of len bytes at ANSWER with its status word. Returns the length to send from
   * COMMAND on. What the command left behind it in the buffer is wiped.
   */
  short wrap(byte[] apdu, short len, short sw) {
    Util.setShort(apdu, (short) (ANSWER + len), sw);
    short end = (short) (len + 2);
    apdu[(short) (ANSWER + end)] = (byte) 0x80;
    end++;
    while ((short) (end & 0x0f) != 0) {
      apdu[(short) (ANSWER + end)] = 0;
      end++;
    }
    cipher.init(encryptionKey, Cipher.MODE_ENCRYPT, session, CHAIN, BLOCK);
    cipher.doFinal(apdu, ANSWER, end, apdu, ANSWER);
    short total = (short) (end + BLOCK);
    Crypto.wipe(session, FIRST_BLOCK, BLOCK);
    session[FIRST_BLOCK] = (byte) total;
    mac.init(macKey, Signature.MODE_SIGN);
    mac.update(session, FIRST_BLOCK, BLOCK);
    mac.sign(apdu, ANSWER, end, apdu, COMMAND);
    Util.arrayCopyNonAtomic(apdu, COMMAND, session, CHAIN, BLOCK);
    short tail = (short) (ANSWER + end);
    Crypto.wipe(apdu, tail, (short) ((short) apdu.length - tail));
    return total;
  }

  /**
   * Decrypts INIT's data: `41 PUB | IV | ciphertext` at COMMAND. Leaves the plaintext at COMMAND
   * and returns its length; SW 6A80 for whatever doesn't decrypt. Only while no channel is open.
   */
  short decryptInit(byte[] apdu, short len) {
    short iv = (short) (COMMAND + 1 + POINT_LENGTH);
    short body = (short) (iv + IV);
    short bodyLen = (short) (len - 1 - POINT_LENGTH - IV);
    if (bodyLen < BLOCK || (short) (bodyLen & 0x0f) != 0 || apdu[COMMAND] != POINT_LENGTH) {
      Refuse.data();
    }
    agree(apdu, (short) (COMMAND + 1), apdu, (short) (COMMAND + 1));
    encryptionKey.setKey(apdu, (short) (COMMAND + 1));
    cipher.init(encryptionKey, Cipher.MODE_DECRYPT, apdu, iv, IV);
    cipher.doFinal(apdu, body, bodyLen, apdu, body);
    encryptionKey.clearKey();
    short plain = unpad(apdu, body, bodyLen);
    if (plain < 0) {
      Refuse.data();
    }
    Util.arrayCopyNonAtomic(apdu, body, apdu, COMMAND, plain);
    return plain;
  }
}
