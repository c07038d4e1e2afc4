// The floor: what no policy whatever can open.
package keyfence.applet;

import javacard.framework.ISOException;
import javacard.framework.Util;

/**
 * The compiled floor and an installer's additions as one sorted list, written once when the applet
 * is installed.
 *
 * <p>What lies at or below its nodes never leaves as a private key and is never whitelisted. A
 * component that is <em>reserved</em> (the fifth or a later one, after the floor's boundary,
 * hardened, in 0x40000000'..0x40FFFFFF') is where no wallet derives, so it leads out of the floor.
 */
final class Floor {
  /** The first component, counted from 0, that can be reserved. */
  private static final byte FIRST_RESERVED = 4;

  /** First byte of every component in 0x40000000'..0x40FFFFFF' and of no other. */
  private static final byte RESERVED_BYTE = (byte) 0xc0;

  private static final byte COMPILED_RULES = 6;

  /** Rules in the compiled floor with all that an installer may add. */
  static final byte MAX_RULES = (byte) (COMPILED_RULES + RuleList.MAX_RULES);

  /**
   * Every wallet purpose in use or to come. Open are 43' (not wallets), 44'/1237' (Nostr, an
   * identity) and BIP-85's applications from 65536' (hex, passwords; the ones below are wallets).
   */
  private static final byte[] COMPILED = {
    COMPILED_RULES,
    // m/[0'..42']
    0,
    (byte) 0x80,
    0,
    0,
    0,
    (byte) 0x80,
    0,
    0,
    42,
    0,
    9,
    0,
    // m/[45'..83696967']
    0,
    (byte) 0x80,
    0,
    0,
    45,
    (byte) 0x84,
    (byte) 0xfd,
    0x1d,
    (byte) 0x47,
    0,
    9,
    0,
    // m/[83696969'..2147483647']
    0,
    (byte) 0x84,
    (byte) 0xfd,
    0x1d,
    (byte) 0x49,
    (byte) 0xff,
    (byte) 0xff,
    (byte) 0xff,
    (byte) 0xff,
    0,
    9,
    0,
    // m/44'/[0'..1236']
    1,
    (byte) 0x80,
    0,
    0,
    44,
    (byte) 0x80,
    0,
    0,
    0,
    (byte) 0x80,
    0,
    4,
    (byte) 0xd4,
    0,
    8,
    0,
    // m/44'/[1238'..2147483647']
    1,
    (byte) 0x80,
    0,
    0,
    44,
    (byte) 0x80,
    0,
    4,
    (byte) 0xd6,
    (byte) 0xff,
    (byte) 0xff,
    (byte) 0xff,
    (byte) 0xff,
    0,
    8,
    0,
    // m/83696968'/[0'..65535']
    1,
    (byte) 0x84,
    (byte) 0xfd,
    0x1d,
    (byte) 0x48,
    (byte) 0x80,
    0,
    0,
    0,
    (byte) 0x80,
    0,
    (byte) 0xff,
    (byte) 0xff,
    0,
    8,
    0,
  };

  /** n | rules, sorted; never written after installation. */
  private final byte[] list;

  /**
   * Merges the compiled rules with the additional ones.
   *
   * @param added holds {@code n | rule*n} at {@code off}
   * @param off negative: nothing is added
   * @throws ISOException 6A80, and with it installation fails, when the addition isn't in its one
   *     encoding or repeats a compiled rule
   */
  Floor(byte[] added, short off, short len) {
    short compiledEnd = (short) COMPILED.length;
    if (off < 0) {
      list = new byte[compiledEnd];
      Util.arrayCopyNonAtomic(COMPILED, (short) 0, list, (short) 0, compiledEnd);
      return;
    }
    short addedEnd = (short) (off + len);
    if (RuleList.end(added, off, addedEnd, RuleList.MAX_RULES) != addedEnd
        || !RuleList.isCanonical(added, off, RuleList.MODES_FLOOR)) {
      Refuse.data();
    }
    list = new byte[(short) (compiledEnd + len - 1)];
    list[0] = (byte) (COMPILED_RULES + added[off]);
    short compiled = 1;
    short addition = (short) (off + 1);
    short to = 1;
    while (compiled < compiledEnd || addition < addedEnd) {
      short order;
      if (compiled == compiledEnd) {
        order = 1;
      } else if (addition == addedEnd) {
        order = -1;
      } else {
        order = RuleList.compareRules(COMPILED, compiled, added, addition);
      }
      if (order == 0) {
        Refuse.data();
      }
      if (order < 0) {
        short length = RuleList.ruleLength(COMPILED, compiled);
        to = Util.arrayCopyNonAtomic(COMPILED, compiled, list, to, length);
        compiled = (short) (compiled + length);
      } else {
        short length = RuleList.ruleLength(added, addition);
        to = Util.arrayCopyNonAtomic(added, addition, list, to, length);
        addition = (short) (addition + length);
      }
    }
  }

  /** The whole list, {@code n | rules}; read only. */
  byte[] list() {
    return list;
  }

  /**
   * Whether the floor forbids to export the private key at this path, because it or anything below
   * it is covered.
   */
  boolean forbids(byte[] path, short off, short len) {
    short node = 1;
    for (byte left = list[0]; left > 0; left--) {
      if (forbids(node, path, off, len)) {
        return true;
      }
      node = (short) (node + RuleList.ruleLength(list, node));
    }
    return false;
  }

  private boolean forbids(short node, byte[] path, short off, short len) {
    byte k = list[node];
    byte components = (byte) (len >> 2);
    for (byte j = 0; j < components; j++) {
      short component = (short) (off + (short) (j << 2));
      if (j <= k) {
        if (!RuleList.admits(list, node, j, path, component)) {
          return false;
        }
      } else if (j >= FIRST_RESERVED && path[component] == RESERVED_BYTE) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether any rule of a list whose contents are canonical reaches the floor: some node of it or
   * below it, or above it with the floor inside its subtree, is covered.
   */
  boolean isReachedBy(byte[] rules, short off) {
    short rule = (short) (off + 1);
    for (byte left = rules[off]; left > 0; left--) {
      short node = 1;
      for (byte nodes = list[0]; nodes > 0; nodes--) {
        if (reaches(rules, rule, node)) {
          return true;
        }
        node = (short) (node + RuleList.ruleLength(list, node));
      }
      rule = (short) (rule + RuleList.ruleLength(rules, rule));
    }
    return false;
  }

  private boolean reaches(byte[] rules, short rule, short node) {
    byte kRule = rules[rule];
    byte kNode = list[node];
    byte last = kRule > kNode ? kRule : kNode;
    for (byte j = 0; j <= last; j++) {
      if (isDisjoint(rules, rule, node, j)) {
        return false;
      }
    }
    return true;
  }

  private boolean isDisjoint(byte[] rules, short rule, short node, byte j) {
    if (j > rules[rule]) {
      // Past its boundary a rule allows everything: it gives the boundary's subtree, whatever its
      // tail says.
      return false;
    }
    short low = RuleList.low(rule, j);
    short high = RuleList.high(rules, rule, j);
    if (j <= list[node]) {
      return Unsigned.compare(rules, high, list, RuleList.low(node, j), RuleList.COMPONENT) < 0
          || Unsigned.compare(rules, low, list, RuleList.high(list, node, j), RuleList.COMPONENT)
              > 0;
    }
    // The whole range has to be reserved: one that only touches the reserved range still holds
    // wallet paths.
    return j >= FIRST_RESERVED && rules[low] == RESERVED_BYTE && rules[high] == RESERVED_BYTE;
  }
}
