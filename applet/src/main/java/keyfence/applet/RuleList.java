// The encoded list of rules (n, then n rules) that policies and the floor are made of.
package keyfence.applet;

/**
 * Rules as they are encoded: {@code k (1) | prefix (4k) | lo (4) | hi (4) | tail_min (1) | tail_max
 * (1) | modes (1)}.
 *
 * <p>A list is read where it lies; nothing is copied or cached, so there is no second form of a
 * policy that could differ from the one that was signed. Callers check {@link #end} before they
 * walk a list.
 */
final class RuleList {
  /** Rules in a policy, or in the floor of an installer. */
  static final byte MAX_RULES = 8;

  /** Fixed components before the boundary. */
  static final byte MAX_PREFIX = 8;

  /** Components of any path. */
  static final byte MAX_COMPONENTS = 10;

  /** Bytes of one component. */
  static final short COMPONENT = 4;

  /** The private key may leave: the only mode of a policy's rule. */
  static final byte MODES_PRIVATE = 0x01;

  /** The floor's rules have no modes. */
  static final byte MODES_FLOOR = 0x00;

  /** Bytes of a rule with an empty prefix. */
  static final short FIXED = 12;

  private RuleList() {}

  /** Bytes of the rule that starts at {@code rule}. */
  static short ruleLength(byte[] b, short rule) {
    return (short) (FIXED + (short) (b[rule] << 2));
  }

  /**
   * Finds the end of the list whose count is at {@code off}.
   *
   * @param limit where the bytes that may be read end
   * @param maxRules the highest count
   * @return the offset after the last rule, or -1 when the count, a k or the length is out of
   *     bounds
   */
  static short end(byte[] b, short off, short limit, byte maxRules) {
    if (off >= limit || b[off] < 0 || b[off] > maxRules) {
      return -1;
    }
    short rule = (short) (off + 1);
    for (byte left = b[off]; left > 0; left--) {
      if (rule >= limit || b[rule] < 0 || b[rule] > MAX_PREFIX) {
        return -1;
      }
      rule = (short) (rule + ruleLength(b, rule));
      if (rule > limit) {
        return -1;
      }
    }
    return rule;
  }

  /**
   * Whether the contents of a list, whose shape {@link #end} has accepted, are the canonical ones:
   * hardened boundaries in order, tails in order and within ten components, the modes asked for,
   * rules sorted and different. With the floor's modes the tail has to be everything below.
   */
  static boolean isCanonical(byte[] b, short off, byte modes) {
    short previous = -1;
    short rule = (short) (off + 1);
    for (byte left = b[off]; left > 0; left--) {
      if (!isCanonicalRule(b, rule, modes)) {
        return false;
      }
      if (previous >= 0 && compareRules(b, previous, b, rule) >= 0) {
        return false;
      }
      previous = rule;
      rule = (short) (rule + ruleLength(b, rule));
    }
    return true;
  }

  private static boolean isCanonicalRule(byte[] b, short rule, byte modes) {
    byte k = b[rule];
    short lo = low(rule, k);
    short hi = (short) (lo + COMPONENT);
    byte tailMin = b[(short) (lo + 8)];
    byte tailMax = b[(short) (lo + 9)];
    // Bit 31 is the sign of the first byte. A soft boundary would let a child's key climb to its
    // parent.
    if (b[lo] >= 0 || b[hi] >= 0 || Unsigned.compare(b, lo, b, hi, COMPONENT) > 0) {
      return false;
    }
    byte deepest = (byte) (MAX_COMPONENTS - 1 - k);
    if (tailMin < 0 || tailMin > tailMax || tailMax > deepest) {
      return false;
    }
    if (modes == MODES_FLOOR && (tailMin != 0 || tailMax != deepest)) {
      return false;
    }
    return b[(short) (lo + 10)] == modes;
  }

  /**
   * Compares two rules as strings of unsigned bytes. The first byte gives the length, so neither is
   * a beginning of the other and the shorter length suffices.
   */
  static short compareRules(byte[] a, short ruleA, byte[] b, short ruleB) {
    short length = ruleLength(a, ruleA);
    short other = ruleLength(b, ruleB);
    return Unsigned.compare(a, ruleA, b, ruleB, length < other ? length : other);
  }

  /**
   * Where the lower end of position j's range lies: prefix components and the boundary's lower end
   * follow each other.
   */
  static short low(short rule, byte j) {
    return (short) (rule + 1 + (short) (j << 2));
  }

  /** Where the upper end of position j's range lies: a prefix component is a range of one. */
  static short high(byte[] b, short rule, byte j) {
    short low = low(rule, j);
    return j == b[rule] ? (short) (low + COMPONENT) : low;
  }

  /** Whether the path component at {@code component} is in the range of position j of a rule. */
  static boolean admits(byte[] b, short rule, byte j, byte[] path, short component) {
    return Unsigned.compare(path, component, b, low(rule, j), COMPONENT) >= 0
        && Unsigned.compare(path, component, b, high(b, rule, j), COMPONENT) <= 0;
  }

  /**
   * Whether a path of {@code len} bytes is at or below a boundary node of the rule, whatever its
   * tail says.
   */
  static boolean covers(byte[] b, short rule, byte[] path, short off, short len) {
    byte k = b[rule];
    if (len < (short) ((short) (k + 1) << 2)) {
      return false;
    }
    for (byte j = 0; j <= k; j++) {
      if (!admits(b, rule, j, path, (short) (off + (short) (j << 2)))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a path of {@code len} bytes matches the rule in whole: prefix, boundary and length of
   * its tail.
   */
  static boolean matches(byte[] b, short rule, byte[] path, short off, short len) {
    if (!covers(b, rule, path, off, len)) {
      return false;
    }
    byte k = b[rule];
    short tail = (short) ((short) (len >> 2) - (short) (k + 1));
    short lo = low(rule, k);
    return tail >= b[(short) (lo + 8)] && tail <= b[(short) (lo + 9)];
  }
}
