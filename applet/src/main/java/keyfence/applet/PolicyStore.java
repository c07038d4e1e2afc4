// The policy's persistent state: floor, installed policy, two banks and the switch byte.
package keyfence.applet;

import javacard.framework.ISOException;
import javacard.framework.Util;

/**
 * Holds what must survive and changes it in one step. Everything that changes together is in a
 * bank; the other bank is filled while nobody looks at it, and one byte, written last, makes it the
 * active one. So a cut at any write leaves the policy that was or the one that comes. A switch byte
 * of any other value: no bank, and nothing leaves.
 */
final class PolicyStore {
  private static final byte FIRST = (byte) 0xa5;
  private static final byte SECOND = (byte) 0x5a;

  private static final byte TAG_AUTHORITY = (byte) 0x90;
  private static final byte TAG_POLICY = (byte) 0x91;
  private static final byte TAG_FLOOR = (byte) 0x92;
  private static final short MAX_VALUE = 0xf0;

  private final Floor floor;

  /** The unsigned policy that FACTORY RESET brings back; never written after installation. */
  private final byte[] installedPolicy;

  /** Whether an authority came with the installation; its successors survive FACTORY RESET. */
  private final boolean authorityInstalled;

  private final PolicyBank first;
  private final PolicyBank second;

  /** The switch byte. */
  private byte active;

  private final CurveField curve;
  private final PolicyUpload upload;

  /**
   * Reads the install parameters: nothing, or TLVs {@code 90} authority, {@code 91} policy, {@code
   * 92} floor rules to add, in any order, each at most once.
   *
   * @throws ISOException 6A80, and with it installation fails, when anything about them is wrong
   */
  PolicyStore(byte[] params, short off, short len) {
    short end = (short) (off + len);
    short authority = -1;
    short policy = -1;
    short added = -1;
    while (off < end) {
      short value = (short) (off + 2);
      if (value > end) {
        Refuse.data();
      }
      short length = valueLength(params, value);
      if (length > MAX_VALUE || length > (short) (end - value)) {
        Refuse.data();
      }
      switch (params[off]) {
        case TAG_AUTHORITY:
          require(authority < 0);
          authority = value;
          break;
        case TAG_POLICY:
          require(policy < 0);
          policy = value;
          break;
        case TAG_FLOOR:
          require(added < 0);
          added = value;
          break;
        default:
          Refuse.data();
      }
      off = (short) (value + length);
    }

    curve = new CurveField();
    upload = new PolicyUpload();
    floor = new Floor(params, added, added < 0 ? (short) 0 : valueLength(params, added));
    byte[] text = PolicyText.defaultPolicy();
    short textOff = 0;
    short textLength = (short) text.length;
    if (policy >= 0) {
      text = params;
      textOff = policy;
      textLength = valueLength(params, policy);
      checkInstalled(params, policy, textLength);
    }
    installedPolicy = new byte[textLength];
    Util.arrayCopyNonAtomic(text, textOff, installedPolicy, (short) 0, textLength);

    first = new PolicyBank();
    second = new PolicyBank();
    loadInstalledPolicy(first);
    first.setSequence(installedPolicy, PolicyText.SEQUENCE);
    authorityInstalled = authority >= 0;
    if (authorityInstalled) {
      require(
          valueLength(params, authority) == PolicyText.KEY_LENGTH
              && isAuthorityKey(params, authority));
      first.setAuthority(params, authority);
    }
    active = FIRST;
  }

  private static short valueLength(byte[] params, short value) {
    return (short) (params[(short) (value - 1)] & 0xff);
  }

  private void checkInstalled(byte[] b, short off, short length) {
    require(
        PolicyText.length(b, off, length) == length && b[(short) (off + PolicyText.FLAGS)] == 0);
    short list = PolicyText.rules(b, off);
    require(
        !Unsigned.allOnes(b, (short) (off + PolicyText.SEQUENCE), PolicyText.SEQUENCE_LENGTH)
            && RuleList.isCanonical(b, list, RuleList.MODES_PRIVATE)
            && !floor.isReachedBy(b, list));
  }

  private static void require(boolean condition) {
    if (!condition) {
      Refuse.data();
    }
  }

  /** The floor, installer's additions included. */
  Floor floor() {
    return floor;
  }

  /** The policy that came with the installation; read only. */
  byte[] installedPolicy() {
    return installedPolicy;
  }

  /** Whether an authority came with the installation. */
  boolean authorityInstalled() {
    return authorityInstalled;
  }

  /**
   * Whether the 65 bytes at {@code off} can be an authority's key: an uncompressed point of the
   * curve.
   */
  boolean isAuthorityKey(byte[] b, short off) {
    return curve.isPoint(b, off);
  }

  /** The bank in force, or null when the switch byte is damaged. */
  PolicyBank activeBank() {
    if (active == FIRST) {
      return first;
    }
    return active == SECOND ? second : null;
  }

  /** The bank in force if its contents can be believed, else null. */
  PolicyBank soundBank() {
    PolicyBank bank = activeBank();
    return bank != null && bank.isSound() ? bank : null;
  }

  /** The bank that may be written; the active one has to be known. */
  PolicyBank inactiveBank() {
    return active == FIRST ? second : first;
  }

  /** The upload under way. */
  PolicyUpload upload() {
    return upload;
  }

  /**
   * Drops an unfinished upload; what is staged has no effect and is overwritten by the next one.
   */
  void dropUpload() {
    upload.drop();
  }

  /**
   * Sets the owner's authority. INIT calls it inside its own transaction, so it is there after INIT
   * or INIT hasn't been.
   *
   * @throws ISOException 6985 when the switch byte is damaged
   */
  void setOwnerAuthority(byte[] b, short off) {
    PolicyBank bank = activeBank();
    if (bank == null) {
      Refuse.conditions();
      return;
    }
    bank.setAuthority(b, off);
  }

  /**
   * Makes the staged policy the one in force: all its checks have passed.
   *
   * @param policyLength bytes of the policy that is staged
   * @param signatureLength bytes of the signature right after it
   */
  void accept(short policyLength, short signatureLength) {
    PolicyBank current = activeBank();
    PolicyBank next = inactiveBank();
    // All of this is in the inactive bank: after a cut here the old policy is in force and the rest
    // is rubbish.
    next.complete(policyLength, signatureLength);
    next.setSequence(next.bytes, (short) (PolicyBank.TEXT + PolicyText.SEQUENCE));
    if (PolicyText.hasSuccessor(next.bytes, PolicyBank.TEXT)) {
      next.setAuthority(next.bytes, PolicyText.successor(next.bytes, PolicyBank.TEXT));
    } else {
      next.copyAuthority(current);
    }
    switchOver();
  }

  /**
   * Brings the installed policy back. An installed authority keeps its last successor and the
   * highest number accepted, so that a revoked key and old policies stay dead; an owner's is
   * forgotten. To be called outside a transaction; may be run again after a cut, at any point. With
   * a damaged switch byte nothing can be known and nothing is opened.
   */
  void factoryReset() {
    upload.drop();
    PolicyBank current = activeBank();
    if (current == null) {
      return;
    }
    PolicyBank next = inactiveBank();
    // As in accept: the inactive bank first, in any order. Running twice gives the same, since
    // number and authority are
    // copied from the bank that the first run made.
    loadInstalledPolicy(next);
    if (authorityInstalled) {
      next.setSequence(current.bytes, PolicyBank.SEQUENCE);
      next.copyAuthority(current);
    } else {
      next.setSequence(installedPolicy, PolicyText.SEQUENCE);
      next.clearAuthority();
    }
    switchOver();
  }

  private void loadInstalledPolicy(PolicyBank bank) {
    short length = (short) installedPolicy.length;
    Util.arrayCopyNonAtomic(installedPolicy, (short) 0, bank.bytes, PolicyBank.TEXT, length);
    bank.complete(length, (short) 0);
  }

  /** The one write that changes which policy is in force. */
  private void switchOver() {
    active = active == FIRST ? SECOND : FIRST;
  }
}
