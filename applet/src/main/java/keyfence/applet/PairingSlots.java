// Who may open a channel: ten persistent pairing slots and an ephemeral one.
package keyfence.applet;

import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;

/**
 * Persistent: the pairing secret, the slots. Lost when the applet is deselected: the ephemeral slot
 * and a PAIR whose second step is still to come.
 */
final class PairingSlots implements Protocol {
  static final byte EPHEMERAL = (byte) 0xFF;
  private static final byte SLOTS = 10;

  // Offsets in the transient array.
  private static final short PENDING = 0;
  private static final short PENDING_SLOT = 1;
  private static final short EPHEMERAL_USED = 2;
  private static final short EPHEMERAL_KEY = 3;
  private static final short CHALLENGE = 35;
  private static final short TRANSIENT_LENGTH = 67;

  private final byte[] secret;
  private final byte[] used;
  private final byte[] keys;
  private final byte[] session;

  PairingSlots() {
    secret = new byte[SECRET_LENGTH];
    used = new byte[SLOTS];
    keys = new byte[(short) (SLOTS * SECRET_LENGTH)];
    session = JCSystem.makeTransientByteArray(TRANSIENT_LENGTH, JCSystem.CLEAR_ON_DESELECT);
  }

  /** Sets the pairing secret (32 bytes), atomically or in the caller's transaction. */
  void setSecret(byte[] b, short off) {
    Util.arrayCopy(b, off, secret, (short) 0, SECRET_LENGTH);
  }

  /** Wipes everything; may be repeated after a cut. Too large for a transaction. */
  void factoryReset() {
    Util.arrayFillNonAtomic(used, (short) 0, (short) used.length, (byte) 0);
    Crypto.wipe(keys, (short) 0, (short) keys.length);
    Crypto.wipe(secret, (short) 0, (short) secret.length);
    forget();
  }

  /** Forgets the ephemeral pairing and a pending first step. */
  void forget() {
    Crypto.wipe(session, (short) 0, TRANSIENT_LENGTH);
  }

  /** Forgets a pending first step. */
  void forgetPending() {
    session[PENDING] = 0;
    Crypto.wipe(session, CHALLENGE, SECRET_LENGTH);
  }

  /** How many persistent slots are free. */
  byte free() {
    byte n = 0;
    for (byte i = 0; i < SLOTS; i++) {
      if (used[i] == 0) {
        n++;
      }
    }
    return n;
  }

  /** Whether this slot number (P1) holds a pairing. */
  boolean isUsed(byte slot) {
    if (slot == EPHEMERAL) {
      return session[EPHEMERAL_USED] != 0;
    }
    return slot >= 0 && slot < SLOTS && used[slot] != 0;
  }

  /** Feeds a used slot's key to the digest that makes the session keys. */
  void digestKey(byte slot) {
    if (slot == EPHEMERAL) {
      Crypto.sha512.update(session, EPHEMERAL_KEY, SECRET_LENGTH);
    } else {
      Crypto.sha512.update(keys, (short) (slot * SECRET_LENGTH), SECRET_LENGTH);
    }
  }

  /** PAIR. */
  short pair(byte[] apdu, short len) {
    if (len != SECRET_LENGTH) {
      Refuse.data();
    }
    byte step = apdu[2];
    if (step == 0) {
      return challenge(apdu);
    }
    if (step != 1 || session[PENDING] == 0) {
      Refuse.parameters();
    }
    return confirm(apdu);
  }

  private short challenge(byte[] apdu) {
    forgetPending();
    session[PENDING_SLOT] = choose(apdu[3]);
    Crypto.sha256.reset();
    Crypto.sha256.update(secret, (short) 0, SECRET_LENGTH);
    Crypto.sha256.doFinal(apdu, COMMAND, SECRET_LENGTH, apdu, ANSWER);
    Crypto.random.generateData(session, CHALLENGE, SECRET_LENGTH);
    Util.arrayCopyNonAtomic(
        session, CHALLENGE, apdu, (short) (ANSWER + SECRET_LENGTH), SECRET_LENGTH);
    session[PENDING] = 1;
    return (short) (2 * SECRET_LENGTH);
  }

  private byte choose(byte wish) {
    if (wish == 1) {
      return EPHEMERAL;
    }
    for (byte i = 0; i < SLOTS; i++) {
      if (used[i] == 0) {
        return i;
      }
    }
    if (wish == 2) {
      ISOException.throwIt(SW_FULL);
    }
    return EPHEMERAL;
  }

  private short confirm(byte[] apdu) {
    short scratch = (short) (ANSWER + 1 + SECRET_LENGTH);
    Crypto.sha256.reset();
    Crypto.sha256.update(secret, (short) 0, SECRET_LENGTH);
    Crypto.sha256.doFinal(session, CHALLENGE, SECRET_LENGTH, apdu, scratch);
    boolean right = Crypto.equal(apdu, COMMAND, apdu, scratch, SECRET_LENGTH);
    forgetPending();
    if (!right) {
      ISOException.throwIt(SW_SECURITY);
    }
    byte slot = session[PENDING_SLOT];
    short salt = (short) (ANSWER + 1);
    Crypto.random.generateData(apdu, salt, SECRET_LENGTH);
    Crypto.sha256.update(secret, (short) 0, SECRET_LENGTH);
    Crypto.sha256.doFinal(apdu, salt, SECRET_LENGTH, apdu, scratch);
    if (slot == EPHEMERAL) {
      Util.arrayCopyNonAtomic(apdu, scratch, session, EPHEMERAL_KEY, SECRET_LENGTH);
      session[EPHEMERAL_USED] = 1;
    } else {
      // Key and mark together: a cut never leaves a used slot with half a key.
      JCSystem.beginTransaction();
      Util.arrayCopy(apdu, scratch, keys, (short) (slot * SECRET_LENGTH), SECRET_LENGTH);
      used[slot] = 1;
      JCSystem.commitTransaction();
    }
    Crypto.wipe(apdu, scratch, SECRET_LENGTH);
    apdu[ANSWER] = slot;
    return (short) (1 + SECRET_LENGTH);
  }

  /** UNPAIR, after the PIN was checked. */
  short unpair(byte[] apdu) {
    byte slot = apdu[2];
    if (slot == EPHEMERAL) {
      session[EPHEMERAL_USED] = 0;
      Crypto.wipe(session, EPHEMERAL_KEY, SECRET_LENGTH);
      return 0;
    }
    if (slot < 0 || slot >= SLOTS) {
      Refuse.parameters();
    }
    if (used[slot] != 0) {
      // Mark and key together: after a cut the pairing works as before or is gone with its key.
      JCSystem.beginTransaction();
      used[slot] = 0;
      Crypto.wipeInTransaction(keys, (short) (slot * SECRET_LENGTH), SECRET_LENGTH);
      JCSystem.commitTransaction();
    }
    return 0;
  }
}
