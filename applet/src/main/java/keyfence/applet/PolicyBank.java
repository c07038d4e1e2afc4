// One of the two persistent copies of the policy and what belongs to it.
package keyfence.applet;

import javacard.framework.Util;

/**
 * A bank: everything about the policy that changes together. It is one array, so that a bank is
 * filled in any order while it is inactive and becomes visible by the store's switch byte alone.
 */
final class PolicyBank {
  /** Rules that the owner has switched off: bit i is rule i. */
  static final short MASK = 0;

  /** Not 00: no update is accepted any more. */
  static final short FROZEN = 1;

  static final short POLICY_LENGTH = 2;
  static final short SIGNATURE_LENGTH = 3;

  /** The number that an update must exceed (4). */
  static final short SEQUENCE = 4;

  /** 01: the key after it is the authority in force. */
  static final short AUTHORITY_SET = 8;

  static final short AUTHORITY = 9;

  /** Policy and, right after it, signature, as they were uploaded. */
  static final short TEXT = AUTHORITY + PolicyText.KEY_LENGTH;

  static final short TEXT_LENGTH = PolicyText.MAX_LENGTH + PolicyText.MAX_SIGNATURE;

  static final byte SET = 0x01;

  /**
   * The fields above, at their offsets. Only a bank that isn't active is written, but for MASK,
   * FROZEN and INIT.
   */
  final byte[] bytes;

  PolicyBank() {
    bytes = new byte[(short) (TEXT + TEXT_LENGTH)];
  }

  short policyLength() {
    return (short) (bytes[POLICY_LENGTH] & 0xff);
  }

  short signatureLength() {
    return bytes[SIGNATURE_LENGTH];
  }

  boolean isFrozen() {
    return bytes[FROZEN] != 0;
  }

  boolean hasAuthority() {
    return bytes[AUTHORITY_SET] == SET;
  }

  boolean isSwitchedOff(byte rule) {
    return (bytes[MASK] >> rule & 1) != 0;
  }

  /**
   * Whether the policy is one that could have been accepted, as far as it can be told without
   * signature and floor. It is asked at every decision: from a damaged bank nothing leaves.
   */
  boolean isSound() {
    short length = policyLength();
    return length <= PolicyText.MAX_LENGTH
        && signatureLength() >= 0
        && signatureLength() <= PolicyText.MAX_SIGNATURE
        && PolicyText.length(bytes, TEXT, length) == length
        && RuleList.isCanonical(bytes, PolicyText.rules(bytes, TEXT), RuleList.MODES_PRIVATE);
  }

  /**
   * Writes policy and signature lengths; the text itself is already there. Nothing is switched off
   * or frozen.
   */
  void complete(short policyLength, short signatureLength) {
    bytes[POLICY_LENGTH] = (byte) policyLength;
    bytes[SIGNATURE_LENGTH] = (byte) signatureLength;
    bytes[MASK] = 0;
    bytes[FROZEN] = 0;
  }

  /** Copies the sequence from four bytes. */
  void setSequence(byte[] b, short off) {
    Util.arrayCopyNonAtomic(b, off, bytes, SEQUENCE, PolicyText.SEQUENCE_LENGTH);
  }

  /** Copies the authority in force, none included, from another bank. */
  void copyAuthority(PolicyBank from) {
    bytes[AUTHORITY_SET] = from.bytes[AUTHORITY_SET];
    Util.arrayCopyNonAtomic(from.bytes, AUTHORITY, bytes, AUTHORITY, PolicyText.KEY_LENGTH);
  }

  /** Names an authority; {@code b} may be this bank. */
  void setAuthority(byte[] b, short off) {
    Util.arrayCopy(b, off, bytes, AUTHORITY, PolicyText.KEY_LENGTH);
    bytes[AUTHORITY_SET] = SET;
  }

  /** Takes the authority away. */
  void clearAuthority() {
    bytes[AUTHORITY_SET] = 0;
    Util.arrayFillNonAtomic(bytes, AUTHORITY, PolicyText.KEY_LENGTH, (byte) 0);
  }
}
