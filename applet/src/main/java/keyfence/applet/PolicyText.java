// The encoded policy: header, optional UID and successor, list of rules; and the signature after
// it.
package keyfence.applet;

/**
 * A policy as it is encoded and signed: {@code 01 | sequence (4) | flags (1) | [UID (16)] | [new
 * authority (65)] | n | rule*n}. Shape and contents are two questions: the shape has to be right
 * before a signature can be looked for, the contents are judged only once the signature is.
 */
final class PolicyText {
  static final byte VERSION = 0x01;
  static final byte FLAG_UID = 0x01;
  static final byte FLAG_SUCCESSOR = 0x02;

  static final short SEQUENCE = 1;
  static final short SEQUENCE_LENGTH = 4;
  static final short FLAGS = 5;
  static final short HEADER = 6;
  static final short UID_LENGTH = 16;

  /** An uncompressed secp256k1 point. */
  static final short KEY_LENGTH = 65;

  /** Bytes of the longest policy. */
  static final short MAX_LENGTH = 240;

  /** Bytes of the longest signature. */
  static final short MAX_SIGNATURE = 72;

  private static final byte DER_SEQUENCE = 0x30;
  private static final byte DER_INTEGER = 0x02;

  /** m/43'/60'/1581'/[0'..1']/{1..6}: EIP-1581's whisper and database keys, sequence 0. */
  private static final byte[] DEFAULT = {
    VERSION,
    0,
    0,
    0,
    0,
    0,
    1,
    3,
    (byte) 0x80,
    0,
    0,
    43,
    (byte) 0x80,
    0,
    0,
    60,
    (byte) 0x80,
    0,
    6,
    0x2d,
    (byte) 0x80,
    0,
    0,
    0,
    (byte) 0x80,
    0,
    0,
    1,
    1,
    6,
    RuleList.MODES_PRIVATE,
  };

  private PolicyText() {}

  /** The policy of a card that was installed without one; read only. */
  static byte[] defaultPolicy() {
    return DEFAULT;
  }

  /**
   * Measures the policy at {@code off}.
   *
   * @param available bytes from {@code off} on that may be read
   * @return its length, or -1 when version, flags, n, a k or the length is wrong
   */
  static short length(byte[] b, short off, short available) {
    if (available < HEADER
        || b[off] != VERSION
        || (b[(short) (off + FLAGS)] & (byte) ~(FLAG_UID | FLAG_SUCCESSOR)) != 0) {
      return -1;
    }
    short end = RuleList.end(b, rules(b, off), (short) (off + available), RuleList.MAX_RULES);
    if (end < 0) {
      return -1;
    }
    short length = (short) (end - off);
    return length > MAX_LENGTH ? (short) -1 : length;
  }

  /** Where the list of rules starts. */
  static short rules(byte[] b, short off) {
    short rules = successor(b, off);
    return hasSuccessor(b, off) ? (short) (rules + KEY_LENGTH) : rules;
  }

  /** Where the next authority's key is, if there is one. */
  static short successor(byte[] b, short off) {
    short successor = uid(off);
    return hasUid(b, off) ? (short) (successor + UID_LENGTH) : successor;
  }

  /** Where the UID is, if there is one. */
  static short uid(short off) {
    return (short) (off + HEADER);
  }

  static boolean hasUid(byte[] b, short off) {
    return (b[(short) (off + FLAGS)] & FLAG_UID) != 0;
  }

  static boolean hasSuccessor(byte[] b, short off) {
    return (b[(short) (off + FLAGS)] & FLAG_SUCCESSOR) != 0;
  }

  /**
   * Whether {@code len} bytes are exactly one DER SEQUENCE of at most 72 bytes, as far as its tag
   * and length say.
   */
  static boolean isSequence(byte[] b, short off, short len) {
    return len >= 2
        && len <= MAX_SIGNATURE
        && b[off] == DER_SEQUENCE
        && b[(short) (off + 1)] == (byte) (len - 2);
  }

  /**
   * Whether a SEQUENCE holds two positive minimal INTEGERs of at most 33 bytes and nothing else.
   * Engines differ in what else they take, and a signature that only some of them accept would make
   * cards differ.
   */
  static boolean isSignature(byte[] b, short off, short len) {
    short end = (short) (off + len);
    short second = integerEnd(b, (short) (off + 2), end);
    return second >= 0 && integerEnd(b, second, end) == end;
  }

  private static short integerEnd(byte[] b, short off, short end) {
    if ((short) (end - off) < 3 || b[off] != DER_INTEGER) {
      return -1;
    }
    byte length = b[(short) (off + 1)];
    short value = (short) (off + 2);
    short next = (short) (value + length);
    if (length < 1 || length > 33 || next > end || b[value] < 0) {
      return -1;
    }
    if (b[value] == 0 && (length == 1 || b[(short) (value + 1)] >= 0)) {
      return -1; // zero, or a leading zero that nothing asks for
    }
    return next;
  }
}
