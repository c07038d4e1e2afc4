// The decision: may this key leave the card? A path in, a yes or no out.
package keyfence.applet;

/**
 * Decides by the policy in force, the installed policy and the floor, on whole paths from the
 * master, each time anew. EXPORT KEY asks before it derives and again before it releases. Whatever
 * isn't as it has to be means no.
 */
final class ExportPolicy {
  private final PolicyStore store;

  ExportPolicy(PolicyStore store) {
    this.store = store;
  }

  /**
   * Whether the private key at a path may be exported: some rule that is switched on matches the
   * whole path, and the floor doesn't forbid it.
   *
   * @param path big-endian components of 4 bytes at {@code off}, {@code len} bytes, resolved from
   *     the master
   */
  boolean mayExportPrivate(byte[] path, short off, short len) {
    PolicyBank bank = store.soundBank();
    if (bank == null || !isPath(len) || len == 0) {
      return false;
    }
    byte[] bytes = bank.bytes;
    short list = PolicyText.rules(bytes, PolicyBank.TEXT);
    short rule = (short) (list + 1);
    boolean matched = false;
    for (byte i = 0; i < bytes[list]; i++) {
      if (!bank.isSwitchedOff(i) && RuleList.matches(bytes, rule, path, off, len)) {
        matched = true;
      }
      rule = (short) (rule + RuleList.ruleLength(bytes, rule));
    }
    return matched && !store.floor().forbids(path, off, len);
  }

  /**
   * Whether the extended public key at a path may be exported: not at or below a boundary of the
   * policy in force, its switched-off rules included, or of the installed policy. With a soft
   * child's private key it would give its own private key away.
   */
  boolean mayExportExtendedPublic(byte[] path, short off, short len) {
    PolicyBank bank = store.soundBank();
    return bank != null
        && isPath(len)
        && !isCovered(bank.bytes, PolicyText.rules(bank.bytes, PolicyBank.TEXT), path, off, len)
        && !isCovered(store.installedPolicy(), PolicyText.HEADER, path, off, len);
  }

  /**
   * Whether hashes may be signed with the key at a path without the PIN. Not at or below a
   * boundary: what leaves by EXPORT KEY has to stay behind the PIN, its public key included.
   */
  boolean mayBePinless(byte[] path, short off, short len) {
    return mayExportExtendedPublic(path, off, len);
  }

  private static boolean isPath(short len) {
    return len >= 0 && (len & 3) == 0 && len <= (short) (RuleList.MAX_COMPONENTS << 2);
  }

  private static boolean isCovered(byte[] b, short list, byte[] path, short off, short len) {
    short rule = (short) (list + 1);
    for (byte left = b[list]; left > 0; left--) {
      if (RuleList.covers(b, rule, path, off, len)) {
        return true;
      }
      rule = (short) (rule + RuleList.ruleLength(b, rule));
    }
    return false;
  }
}
