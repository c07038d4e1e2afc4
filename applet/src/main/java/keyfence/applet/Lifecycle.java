// From blank to initialised and back: SELECT's answer, INIT, FACTORY RESET. Holds the instance UID.
package keyfence.applet;

import javacard.framework.JCSystem;
import javacard.framework.Util;

/** The persistent state byte and what belongs to its changes. */
final class Lifecycle implements Protocol {
  private static final byte BLANK = 0;
  private static final byte INITIALISED = 1;

  /** FACTORY RESET's marker: set before the first thing is wiped, taken away after the last. */
  private static final byte RESETTING = 2;

  private static final byte MIN_PIN_LIMIT = 2;
  private static final byte MAX_PIN_LIMIT = 10;
  private static final byte MIN_PUK_LIMIT = 3;
  private static final byte MAX_PUK_LIMIT = 12;

  // INIT's plaintext.
  private static final short PIN = COMMAND;
  private static final short PUK = (short) (PIN + Credentials.PIN_LENGTH);
  private static final short SECRET = (short) (PUK + Credentials.PUK_LENGTH);
  private static final short LIMITS = (short) (SECRET + SECRET_LENGTH);
  private static final short ALTERNATIVE = (short) (LIMITS + 2);
  private static final short AUTHORITY = (short) (ALTERNATIVE + Credentials.PIN_LENGTH);
  private static final short END = (short) (AUTHORITY + POINT_LENGTH);
  private static final short WITHOUT_LIMITS = (short) (LIMITS - COMMAND);
  private static final short WITH_LIMITS = (short) (ALTERNATIVE - COMMAND);
  private static final short WITH_ALTERNATIVE = (short) (AUTHORITY - COMMAND);
  private static final short WITH_AUTHORITY = (short) (END - COMMAND);

  private byte state;
  private final byte[] uid;
  private final ChannelKey channelKey;
  private final PairingSlots pairings;
  private final Credentials credentials;
  private final KeyTree keys;
  private final PolicyStore policies;

  /** 32 transient bytes for what must not be in the APDU buffer: at installation there is none. */
  private final byte[] scratch;

  Lifecycle(
      ChannelKey channelKey,
      PairingSlots pairings,
      Credentials credentials,
      KeyTree keys,
      PolicyStore policies,
      byte[] uid) {
    this.channelKey = channelKey;
    this.pairings = pairings;
    this.credentials = credentials;
    this.keys = keys;
    this.policies = policies;
    this.uid = uid;
    scratch = JCSystem.makeTransientByteArray(SECRET_LENGTH, JCSystem.CLEAR_ON_DESELECT);
    // A new applet becomes blank the way an old one does.
    state = RESETTING;
    finishReset();
  }

  boolean isInitialised() {
    return state == INITIALISED;
  }

  /** FACTORY RESET: from the marker on, it will be finished, now or after the next power-up. */
  void factoryReset() {
    state = RESETTING;
    finishReset();
  }

  /**
   * Does what a marker asks for, every step of it repeatable; called before anything else is looked
   * at.
   */
  void finishReset() {
    if (state != RESETTING) {
      return;
    }
    keys.factoryReset();
    pairings.factoryReset();
    credentials.factoryReset(scratch, (short) 0);
    channelKey.prepare(scratch, (short) 0);
    channelKey.activate();
    channelKey.discard();
    CardData.factoryReset();
    Crypto.random.generateData(uid, (short) 0, UID_LENGTH);
    policies.factoryReset();
    state = BLANK;
  }

  /** SELECT's answer. */
  short select(byte[] apdu) {
    short off = ANSWER;
    if (state != INITIALISED) {
      return (short) (copyChannelKey(apdu, off) - ANSWER);
    }
    boolean loaded = keys.hasKey();
    apdu[off++] = TAG_APPLICATION_TEMPLATE;
    if (loaded) {
      apdu[off++] = LENGTH_ONE_MORE;
    }
    short lengthAt = off++;
    off = Tlv.header(apdu, off, TAG_INSTANCE_UID, UID_LENGTH);
    off = Util.arrayCopyNonAtomic(uid, (short) 0, apdu, off, UID_LENGTH);
    off = copyChannelKey(apdu, off);
    off = copyVersion(apdu, off);
    off = Tlv.one(apdu, off, TAG_INTEGER, pairings.free());
    off = Tlv.header(apdu, off, TAG_KEY_UID, loaded ? SECRET_LENGTH : 0);
    if (loaded) {
      keys.keyUid(apdu, off);
      off += SECRET_LENGTH;
    }
    off = Tlv.one(apdu, off, TAG_CAPABILITIES, CAPABILITIES);
    apdu[lengthAt] = (byte) ((short) (off - lengthAt) - 1);
    return (short) (off - ANSWER);
  }

  private short copyChannelKey(byte[] out, short off) {
    off = Tlv.header(out, off, TAG_PUBLIC_KEY, POINT_LENGTH);
    return channelKey.copyPublic(out, off);
  }

  /** Writes `02 02 VERSION`. Returns the offset after it. */
  static short copyVersion(byte[] out, short off) {
    off = Tlv.header(out, off, TAG_INTEGER, (short) 2);
    out[off++] = VERSION_MAJOR;
    out[off++] = VERSION_MINOR;
    return off;
  }

  /** INIT, decrypted: len bytes of plaintext at COMMAND. */
  void initialise(byte[] apdu, short len) {
    if (len != WITHOUT_LIMITS
        && len != WITH_LIMITS
        && len != WITH_ALTERNATIVE
        && len != WITH_AUTHORITY) {
      Refuse.data();
    }
    if (len == WITHOUT_LIMITS) {
      apdu[LIMITS] = Credentials.DEFAULT_PIN_LIMIT;
      apdu[(short) (LIMITS + 1)] = Credentials.DEFAULT_PUK_LIMIT;
    }
    requireValid(apdu, len);
    if (len < WITH_ALTERNATIVE) {
      chooseAlternative(apdu);
    }
    credentials.setLimits(apdu[LIMITS], apdu[(short) (LIMITS + 1)]);
    channelKey.prepare(scratch, (short) 0);
    // One transaction of about 150 bytes: the card is blank or initialised, nothing between.
    JCSystem.beginTransaction();
    credentials.initialise(apdu, PIN, ALTERNATIVE);
    pairings.setSecret(apdu, SECRET);
    channelKey.activate();
    if (len == WITH_AUTHORITY) {
      policies.setOwnerAuthority(apdu, AUTHORITY);
    }
    state = INITIALISED;
    JCSystem.commitTransaction();
    channelKey.discard();
    credentials.select();
  }

  private void requireValid(byte[] apdu, short len) {
    byte pinLimit = apdu[LIMITS];
    byte pukLimit = apdu[(short) (LIMITS + 1)];
    boolean valid =
        Credentials.areDigits(apdu, PIN, (short) (SECRET - PIN))
            && pinLimit >= MIN_PIN_LIMIT
            && pinLimit <= MAX_PIN_LIMIT
            && pukLimit >= MIN_PUK_LIMIT
            && pukLimit <= MAX_PUK_LIMIT;
    if (valid && len >= WITH_ALTERNATIVE) {
      valid =
          Credentials.areDigits(apdu, ALTERNATIVE, Credentials.PIN_LENGTH)
              && !Crypto.equal(apdu, PIN, apdu, ALTERNATIVE, Credentials.PIN_LENGTH);
    }
    if (valid && len == WITH_AUTHORITY) {
      valid = !policies.authorityInstalled() && policies.isAuthorityKey(apdu, AUTHORITY);
    }
    if (!valid) {
      Refuse.data();
    }
  }

  /**
   * The default alternative PIN: the PUK's first digits, or random ones where those are the PIN.
   */
  private static void chooseAlternative(byte[] apdu) {
    Util.arrayCopyNonAtomic(apdu, PUK, apdu, ALTERNATIVE, Credentials.PIN_LENGTH);
    while (Crypto.equal(apdu, PIN, apdu, ALTERNATIVE, Credentials.PIN_LENGTH)) {
      for (short i = 0; i < Credentials.PIN_LENGTH; i++) {
        apdu[(short) (ALTERNATIVE + i)] = randomDigit(apdu, END);
      }
    }
  }

  private static byte randomDigit(byte[] scratch, short off) {
    short value;
    do {
      Crypto.random.generateData(scratch, off, (short) 1);
      value = (short) (scratch[off] & 0xff);
    } while (value >= 250);
    return (byte) ((short) (value % 10) + '0');
  }
}
