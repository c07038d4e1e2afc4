// UPDATE EXPORT POLICY (with freezing and narrowing) and GET EXPORT POLICY.
package keyfence.applet;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.Util;

/**
 * The two commands about the policy. Both PINs count the same here: the policy is the card's, not a
 * tree's.
 *
 * <p>All refusals are ISOExceptions that go into the channel; none of them closes it.
 */
final class PolicyCommands {
  private static final byte P1_BLOCK = 0x00;
  private static final byte P1_LAST_BLOCK = (byte) 0x80;
  private static final byte P1_FREEZE = 0x01;
  private static final byte P1_NARROW = 0x02;

  private static final byte P1_STATE = 0x00;
  private static final byte P1_POLICY = 0x01;
  private static final byte P1_FLOOR = 0x02;
  private static final byte P1_SIGNATURE = 0x03;

  /** The longest block of an upload, and the block in which the answers come. */
  private static final short MAX_BLOCK = 221;

  private static final short ANSWER_BLOCK = 200;

  private static final short DIGEST_LENGTH = 32;

  /**
   * Bytes of a digest that name it: of a policy when narrowing, of an authority's key in the state.
   */
  private static final short SHORT_DIGEST = 8;

  private static final byte TAG_STATE = (byte) 0xa5;
  private static final byte TAG_SEQUENCE = 0x02;
  private static final byte TAG_DIGEST = (byte) 0x90;
  private static final byte TAG_FLAGS = (byte) 0x91;
  private static final byte TAG_AUTHORITY = (byte) 0x92;
  private static final byte TAG_MASK = (byte) 0x93;
  private static final byte FLAG_AUTHORITY = 0x01;
  private static final byte FLAG_FROZEN = 0x02;

  private final PolicyStore store;
  private final Credentials credentials;
  private final PolicyVerifier verifier;

  /** The card's UID, as it is now: FACTORY RESET rewrites it in place. */
  private final byte[] uid;

  /** Allocates: only while the applet installs. */
  PolicyCommands(PolicyStore store, Credentials credentials, byte[] uid) {
    this.store = store;
    this.credentials = credentials;
    this.uid = uid;
    verifier = new PolicyVerifier();
  }

  /**
   * UPDATE EXPORT POLICY (C8).
   *
   * @param len bytes of plaintext data at {@link Protocol#COMMAND}
   * @return bytes of the answer at {@link Protocol#ANSWER}
   */
  short update(byte[] apdu, short len) {
    switch (apdu[ISO7816.OFFSET_P1]) {
      case P1_BLOCK:
        return upload(apdu, len, false);
      case P1_LAST_BLOCK:
        return upload(apdu, len, true);
      case P1_FREEZE:
        store.dropUpload();
        return freeze(apdu, len);
      case P1_NARROW:
        store.dropUpload();
        return narrow(apdu, len);
      default:
        store.dropUpload();
        Refuse.parameters();
        return 0;
    }
  }

  private short upload(byte[] apdu, short len, boolean last) {
    PolicyUpload upload = store.upload();
    short block = parameter2(apdu);
    short expected = upload.nextBlock();
    short received = block == 0 ? (short) 0 : upload.received();
    // Whatever refuses from here on leaves the upload dropped.
    upload.drop();
    if (block != 0 && block != expected) {
      Refuse.parameters();
    }
    PolicyBank current = store.activeBank();
    if (!credentials.isPinVerified()
        || current == null
        || current.isFrozen()
        || !current.hasAuthority()) {
      Refuse.conditions();
    }
    if (len < 1 || len > MAX_BLOCK || len > (short) (PolicyBank.TEXT_LENGTH - received)) {
      Refuse.data();
    }
    Util.arrayCopyNonAtomic(
        apdu,
        Protocol.COMMAND,
        store.inactiveBank().bytes,
        (short) (PolicyBank.TEXT + received),
        len);
    received = (short) (received + len);
    if (last) {
      return judge(apdu, current, received);
    }
    upload.advance(block, received);
    return 0;
  }

  /** Judges what is staged, never what was in the transfer buffer, and puts it in force. */
  private short judge(byte[] apdu, PolicyBank current, short staged) {
    PolicyBank next = store.inactiveBank();
    byte[] b = next.bytes;
    short policyLength = PolicyText.length(b, PolicyBank.TEXT, staged);
    if (policyLength < 0) {
      Refuse.data();
    }
    short signatureLength = (short) (staged - policyLength);
    if (!PolicyText.isSequence(b, (short) (PolicyBank.TEXT + policyLength), signatureLength)) {
      Refuse.data();
    }
    if (!verifier.verify(current, next, policyLength, signatureLength)) {
      ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
    }
    short sequence = (short) (PolicyBank.TEXT + PolicyText.SEQUENCE);
    if (Unsigned.compare(
                b, sequence, current.bytes, PolicyBank.SEQUENCE, PolicyText.SEQUENCE_LENGTH)
            <= 0
        || Unsigned.allOnes(b, sequence, PolicyText.SEQUENCE_LENGTH)) {
      Refuse.conditions();
    }
    if (PolicyText.hasUid(b, PolicyBank.TEXT)
        && Unsigned.compare(
                b, PolicyText.uid(PolicyBank.TEXT), uid, (short) 0, PolicyText.UID_LENGTH)
            != 0) {
      Refuse.conditions();
    }
    short rules = PolicyText.rules(b, PolicyBank.TEXT);
    if (!RuleList.isCanonical(b, rules, RuleList.MODES_PRIVATE)
        || PolicyText.hasSuccessor(b, PolicyBank.TEXT)
            && !store.isAuthorityKey(b, PolicyText.successor(b, PolicyBank.TEXT))
        || store.floor().isReachedBy(b, rules)) {
      Refuse.data();
    }
    // The answer first: once the switch is made nothing may fail any more.
    digest(b, PolicyBank.TEXT, policyLength, apdu, Protocol.ANSWER);
    store.accept(policyLength, signatureLength);
    return DIGEST_LENGTH;
  }

  private short freeze(byte[] apdu, short len) {
    if (parameter2(apdu) != 0) {
      Refuse.parameters();
    }
    PolicyBank bank = store.activeBank();
    if (!credentials.isPinVerified() || bank == null) {
      Refuse.conditions();
    }
    if (len != 0) {
      Refuse.data();
    }
    if (!bank.isFrozen()) {
      // One byte: frozen or not, whenever the power goes.
      bank.bytes[PolicyBank.FROZEN] = PolicyBank.SET;
    }
    return 0;
  }

  private short narrow(byte[] apdu, short len) {
    PolicyBank bank = store.soundBank();
    short rule = parameter2(apdu);
    if (bank == null || rule >= bank.bytes[PolicyText.rules(bank.bytes, PolicyBank.TEXT)]) {
      Refuse.parameters();
    }
    if (!credentials.isPinVerified()) {
      Refuse.conditions();
    }
    if (len != 0 && len != SHORT_DIGEST) {
      Refuse.data();
    }
    if (len != 0) {
      digest(bank.bytes, PolicyBank.TEXT, bank.policyLength(), apdu, Protocol.ANSWER);
      if (Unsigned.compare(apdu, Protocol.COMMAND, apdu, Protocol.ANSWER, SHORT_DIGEST) != 0) {
        Refuse.conditions();
      }
    }
    if (!bank.isSwitchedOff((byte) rule)) {
      // One byte of the active bank: this rule off or not, whenever the power goes; the others as
      // they were.
      bank.bytes[PolicyBank.MASK] = (byte) (bank.bytes[PolicyBank.MASK] | (byte) (1 << rule));
    }
    return 0;
  }

  /** GET EXPORT POLICY (C9); parameters and result as for {@link #update}. */
  short get(byte[] apdu, short len) {
    short block = parameter2(apdu);
    PolicyBank bank = store.soundBank();
    if (apdu[ISO7816.OFFSET_P1] == P1_FLOOR) {
      byte[] floor = store.floor().list();
      return block(apdu, floor, (short) 0, (short) floor.length, block);
    }
    // A damaged bank has nothing to say; the floor is still there.
    switch (apdu[ISO7816.OFFSET_P1]) {
      case P1_STATE:
        if (block != 0) {
          Refuse.parameters();
        }
        if (bank == null) {
          Refuse.conditions();
        }
        return state(apdu, bank);
      case P1_POLICY:
        if (bank == null) {
          Refuse.conditions();
        }
        return block(apdu, bank.bytes, PolicyBank.TEXT, bank.policyLength(), block);
      case P1_SIGNATURE:
        if (bank == null) {
          Refuse.conditions();
        }
        return block(
            apdu,
            bank.bytes,
            (short) (PolicyBank.TEXT + bank.policyLength()),
            bank.signatureLength(),
            block);
      default:
        Refuse.parameters();
        return 0;
    }
  }

  private short state(byte[] apdu, PolicyBank bank) {
    byte[] b = bank.bytes;
    short at = Tlv.header(apdu, Protocol.ANSWER, TAG_STATE, (short) 0);
    at = Tlv.header(apdu, at, TAG_SEQUENCE, PolicyText.SEQUENCE_LENGTH);
    at = Util.arrayCopyNonAtomic(b, PolicyBank.SEQUENCE, apdu, at, PolicyText.SEQUENCE_LENGTH);
    at = Tlv.header(apdu, at, TAG_DIGEST, DIGEST_LENGTH);
    at = digest(b, PolicyBank.TEXT, bank.policyLength(), apdu, at);
    boolean authority = bank.hasAuthority();
    byte flags = authority ? FLAG_AUTHORITY : 0;
    if (bank.isFrozen()) {
      flags |= FLAG_FROZEN;
    }
    at = Tlv.one(apdu, at, TAG_FLAGS, flags);
    at = Tlv.one(apdu, at, TAG_MASK, b[PolicyBank.MASK]);
    at = Tlv.header(apdu, at, TAG_AUTHORITY, authority ? SHORT_DIGEST : 0);
    if (authority) {
      digest(b, PolicyBank.AUTHORITY, PolicyText.KEY_LENGTH, apdu, at);
      at = (short) (at + SHORT_DIGEST);
    }
    short length = (short) (at - Protocol.ANSWER);
    apdu[(short) (Protocol.ANSWER + 1)] = (byte) (length - 2);
    return length;
  }

  /** Answers one block of 200 bytes. Block 0 is always there; past the end is 6A86. */
  private static short block(byte[] apdu, byte[] b, short off, short length, short block) {
    // Nothing here has 400 bytes; and so the product below stays small.
    if (block > 1 || block == 1 && length <= ANSWER_BLOCK) {
      Refuse.parameters();
    }
    short from = (short) (block * ANSWER_BLOCK);
    short left = (short) (length - from);
    short size = left > ANSWER_BLOCK ? ANSWER_BLOCK : left;
    Util.arrayCopyNonAtomic(b, (short) (off + from), apdu, Protocol.ANSWER, size);
    return size;
  }

  private static short digest(byte[] b, short off, short length, byte[] out, short outOff) {
    Crypto.sha256.reset();
    return (short) (outOff + Crypto.sha256.doFinal(b, off, length, out, outOff));
  }

  private static short parameter2(byte[] apdu) {
    return (short) (apdu[ISO7816.OFFSET_P2] & 0xff);
  }
}
