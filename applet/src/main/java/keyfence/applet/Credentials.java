// PINs and PUKs: the main and the alternative one of each, their counters, and which PIN is
// verified.
package keyfence.applet;

import javacard.framework.JCSystem;
import javacard.framework.OwnerPIN;
import javacard.framework.Util;

/**
 * Persistent: the four values and their counters, in the platform's PIN objects, which count a try
 * before they compare and outside transactions. Lost at deselection: which PIN is current, and
 * whether it is verified. Both PINs are always checked and always cost the same.
 */
final class Credentials {
  static final byte MAIN = 0;
  static final byte ALTERNATIVE = 1;

  static final byte PIN_LENGTH = 6;
  static final byte PUK_LENGTH = 12;
  static final byte DEFAULT_PIN_LIMIT = 3;
  static final byte DEFAULT_PUK_LIMIT = 5;

  /** The platform's validated flag isn't used: it outlives SELECT, and an update takes it away. */
  private static final byte VERIFIED = (byte) 0xA5;

  private static final short CURRENT = 0;
  private static final short STATE = 1;
  private static final short TRANSIENT_LENGTH = 2;

  private final OwnerPIN[] pins;
  private final OwnerPIN[] puks;
  private byte pinLimit;
  private byte pukLimit;

  /** Whether a PUK was set under the alternative PIN; until then both PUK objects hold the same. */
  private boolean secondPuk;

  private final byte[] session;

  Credentials() {
    pins = new OwnerPIN[2];
    puks = new OwnerPIN[2];
    pinLimit = DEFAULT_PIN_LIMIT;
    pukLimit = DEFAULT_PUK_LIMIT;
    for (byte i = 0; i < 2; i++) {
      pins[i] = new OwnerPIN(DEFAULT_PIN_LIMIT, PIN_LENGTH);
      puks[i] = new OwnerPIN(DEFAULT_PUK_LIMIT, PUK_LENGTH);
    }
    session = JCSystem.makeTransientByteArray(TRANSIENT_LENGTH, JCSystem.CLEAR_ON_DESELECT);
  }

  /** Whether len bytes are all ASCII digits. */
  static boolean areDigits(byte[] b, short off, short len) {
    for (short i = 0; i < len; i++) {
      byte digit = b[(short) (off + i)];
      if (digit < (byte) '0' || digit > (byte) '9') {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes PIN objects with these limits where the present ones have others. Outside any
   * transaction: an object made in a transaction that is aborted is lost. The old objects are the
   * platform's to collect; the same limits, the usual case, allocate nothing.
   */
  void setLimits(byte newPinLimit, byte newPukLimit) {
    boolean dropped = false;
    // The limit is written after the objects: a cut between makes them anew, and never believes in
    // limits that the objects lack.
    if (newPinLimit != pinLimit) {
      pinLimit = 0;
      pins[MAIN] = new OwnerPIN(newPinLimit, PIN_LENGTH);
      pins[ALTERNATIVE] = new OwnerPIN(newPinLimit, PIN_LENGTH);
      pinLimit = newPinLimit;
      dropped = true;
    }
    if (newPukLimit != pukLimit) {
      pukLimit = 0;
      puks[MAIN] = new OwnerPIN(newPukLimit, PUK_LENGTH);
      puks[ALTERNATIVE] = new OwnerPIN(newPukLimit, PUK_LENGTH);
      pukLimit = newPukLimit;
      dropped = true;
    }
    if (dropped && JCSystem.isObjectDeletionSupported()) {
      JCSystem.requestObjectDeletion();
    }
  }

  /**
   * Sets all values at INIT, in its transaction: PIN (6) at pin, PUK (12) after it, the alternative
   * PIN elsewhere.
   */
  void initialise(byte[] b, short pin, short alternative) {
    short puk = (short) (pin + PIN_LENGTH);
    pins[MAIN].update(b, pin, PIN_LENGTH);
    pins[ALTERNATIVE].update(b, alternative, PIN_LENGTH);
    puks[MAIN].update(b, puk, PUK_LENGTH);
    puks[ALTERNATIVE].update(b, puk, PUK_LENGTH);
    secondPuk = false;
  }

  /**
   * Overwrites all values with zeros (no value anyone can enter); scratch is 12 bytes to use.
   * Idempotent.
   */
  void factoryReset(byte[] scratch, short off) {
    Crypto.wipe(scratch, off, PUK_LENGTH);
    for (byte i = 0; i < 2; i++) {
      pins[i].update(scratch, off, PIN_LENGTH);
      puks[i].update(scratch, off, PUK_LENGTH);
    }
    secondPuk = false;
    select();
  }

  /** SELECT: nothing verified, the main PIN is current. */
  void select() {
    forgetVerification();
    session[CURRENT] = MAIN;
  }

  /** Ends a verification; the current PIN stays. */
  void forgetVerification() {
    session[STATE] = 0;
  }

  /** Whether the current PIN was verified since OPEN SECURE CHANNEL. */
  boolean isPinVerified() {
    return session[STATE] == VERIFIED;
  }

  /** SW 6985 unless a PIN is verified. */
  void requirePin() {
    if (!isPinVerified()) {
      Refuse.conditions();
    }
  }

  /** The current PIN, MAIN or ALTERNATIVE: it names the tree of keys too. */
  byte current() {
    return session[CURRENT];
  }

  byte pinTries() {
    return pins[session[CURRENT]].getTriesRemaining();
  }

  byte pukTries() {
    return puks[session[CURRENT]].getTriesRemaining();
  }

  /** Checks six digits against both PINs; the alternative one wins where both match. */
  boolean verifyPin(byte[] b, short off) {
    session[STATE] = 0;
    boolean alternative = pins[ALTERNATIVE].check(b, off, PIN_LENGTH);
    boolean main = pins[MAIN].check(b, off, PIN_LENGTH);
    if (!alternative && !main) {
      return false;
    }
    byte which = alternative ? ALTERNATIVE : MAIN;
    // The other one lost a try to the comparison, or is blocked: a right PIN gives all tries back.
    pins[(byte) (which ^ 1)].resetAndUnblock();
    session[CURRENT] = which;
    session[STATE] = VERIFIED;
    return true;
  }

  /** CHANGE PIN of the current PIN, which counts as verified afterwards. */
  void changePin(byte[] b, short off) {
    // No check() of the new value: a cut inside it would cost a try. The session's own byte says
    // that it is verified.
    session[STATE] = 0;
    pins[session[CURRENT]].update(b, off, PIN_LENGTH);
    session[STATE] = VERIFIED;
  }

  /**
   * CHANGE PIN of the PUK. Under the alternative PIN it sets the second PUK; the counters look the
   * same.
   */
  void changePuk(byte[] b, short off) {
    byte which = session[CURRENT];
    // One transaction: the second PUK and the mark that it is one belong together. A counter's
    // reset
    // takes no part in transactions, so it comes after: a cut gives no try to an old PUK.
    JCSystem.beginTransaction();
    puks[which].update(b, off, PUK_LENGTH);
    if (which == ALTERNATIVE) {
      secondPuk = true;
    } else if (!secondPuk) {
      puks[ALTERNATIVE].update(b, off, PUK_LENGTH);
    }
    JCSystem.commitTransaction();
    puks[(byte) (which ^ 1)].resetAndUnblock();
  }

  /**
   * UNBLOCK PIN: the second PUK sets the alternative PIN; the first one sets the main PIN, or the
   * current one as long as there is no second PUK. The PIN set becomes current and is verified.
   */
  boolean unblock(byte[] b, short puk, short newPin) {
    boolean second = puks[ALTERNATIVE].check(b, puk, PUK_LENGTH);
    boolean first = puks[MAIN].check(b, puk, PUK_LENGTH);
    if (!first && !second) {
      return false;
    }
    byte which = session[CURRENT];
    if (secondPuk) {
      which = second ? ALTERNATIVE : MAIN;
    }
    session[STATE] = 0;
    // Write order: the PUK that lost a try to the comparison first; then the new PIN, whose update
    // is
    // atomic and unblocks it; the other PIN last. No cut unblocks a PIN that wasn't set anew.
    puks[second ? MAIN : ALTERNATIVE].resetAndUnblock();
    pins[which].update(b, newPin, PIN_LENGTH);
    pins[(byte) (which ^ 1)].resetAndUnblock();
    session[CURRENT] = which;
    session[STATE] = VERIFIED;
    return true;
  }

  /** Writes `tag 1 tries` twice: PIN and PUK tries of the current PIN. */
  short copyTries(byte[] out, short off) {
    off = Tlv.one(out, off, Protocol.TAG_INTEGER, pinTries());
    return Tlv.one(out, off, Protocol.TAG_INTEGER, pukTries());
  }

  /** The status word 63Cx of this many tries left. */
  static short triesLeft(byte tries) {
    return Util.makeShort((byte) 0x63, (byte) (0xC0 | tries));
  }
}
