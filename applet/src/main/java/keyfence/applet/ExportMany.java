// EXPORT KEY of many paths in one command (P1 = 03): all or nothing, shared prefixes derived once.
package keyfence.applet;

import javacard.framework.Util;

/**
 * The list of paths moves to the end of the APDU buffer and the keys grow from ANSWER on. A path is
 * in the resolver before its keys are written, so they may overwrite it: 6 keys of 32 bytes never
 * reach a path not yet taken, whatever the paths' lengths, and the larger kinds come in fewer.
 * Where all has room side by side, the next path is the one that shares most with the last; a node
 * where a later path branches off is kept, up to {@link Bip32#SAVED}.
 */
final class ExportMany implements Protocol {
  /** Six private keys fill an answer. */
  private static final byte MAX_COUNT = 6;

  private final KeyTree keys;
  private final Bip32 bip32;
  private final PathResolver resolver;
  private final KeyRelease release;

  ExportMany(KeyTree keys, Bip32 bip32, PathResolver resolver, KeyRelease release) {
    this.keys = keys;
    this.bip32 = bip32;
    this.resolver = resolver;
    this.release = release;
  }

  /**
   * The list is `(n | n components)+`. Everything is checked and asked before anything is derived.
   */
  short export(byte kind, byte tree, byte[] apdu, short len) {
    byte count = check(kind, apdu, len);
    short list = (short) ((short) apdu.length - len);
    Util.arrayCopyNonAtomic(apdu, COMMAND, apdu, list, len);
    short rawLength = KeyRelease.rawLength(kind);
    boolean roomy = (short) (ANSWER + (short) (rawLength * count)) <= list;
    // Bit i of left: the i-th path from list on is still to be taken; `taken` paths before list are
    // gone.
    byte left = (byte) ((1 << count) - 1);
    byte taken = 0;
    bip32.forgetSaved();
    while (left != 0) {
      byte index = roomy ? nearest(apdu, list, left) : 0;
      short path = pathAt(apdu, list, index);
      short common = commonWithLast(apdu, path);
      resolver.take(apdu, path);
      byte slot = (byte) (taken + index);
      if (roomy) {
        left &= (byte) ~(1 << index);
      } else {
        left >>= 1;
        taken++;
        list = pathAt(apdu, list, (byte) 1);
      }
      derive(tree, common, apdu, list, left);
      release.copyRaw(kind, apdu, (short) (ANSWER + (short) (rawLength * slot)));
      release.requireAllowed(kind, resolver.path, (short) 0, resolver.length());
    }
    short templateLength = KeyRelease.templateLength(kind);
    for (byte i = (byte) (count - 1); i >= 0; i--) {
      KeyRelease.frame(
          kind,
          apdu,
          (short) (ANSWER + (short) (rawLength * i)),
          (short) (ANSWER + (short) (templateLength * i)));
    }
    return (short) (templateLength * count);
  }

  /**
   * The number of paths. 6A80 for the list's form, then 6985 for a key without paths or by the
   * policy.
   */
  private byte check(byte kind, byte[] apdu, short len) {
    byte count = 0;
    short end = (short) (COMMAND + len);
    short off = COMMAND;
    boolean anyPath = false;
    while (off < end) {
      byte n = apdu[off];
      if (n < 0 || n > (byte) (MAX_PATH / 4)) {
        Refuse.data();
      }
      anyPath |= n != 0;
      off = (short) ((short) (off + 1) + (short) (n * 4));
      count++;
      if (off > end || (short) (count * KeyRelease.templateLength(kind)) > MAX_ANSWER) {
        Refuse.data();
      }
    }
    if (count == 0) {
      Refuse.data();
    }
    if (anyPath && !keys.isExtended()) {
      Refuse.conditions();
    }
    for (off = COMMAND; off < end; off = (short) ((short) (off + 1) + (short) (apdu[off] * 4))) {
      release.requireAllowed(kind, apdu, (short) (off + 1), (short) (apdu[off] * 4));
    }
    return count;
  }

  /** Where the path of an index starts, its n. */
  private static short pathAt(byte[] apdu, short list, byte index) {
    for (byte i = 0; i < index; i++) {
      list = (short) ((short) (list + 1) + (short) (apdu[list] * 4));
    }
    return list;
  }

  private static boolean isLeft(byte left, byte index) {
    return (byte) (left & (byte) (1 << index)) != 0;
  }

  /** Of the paths left, the first one that has most in common with the last one. */
  private byte nearest(byte[] apdu, short list, byte left) {
    byte best = -1;
    short bestCommon = -1;
    for (byte i = 0; i < MAX_COUNT; i++) {
      if (isLeft(left, i)) {
        short common = commonWithLast(apdu, pathAt(apdu, list, i));
        if (common > bestCommon) {
          best = i;
          bestCommon = common;
        }
      }
    }
    return best;
  }

  /** How many bytes of components a path shares with the one in the resolver. */
  private short commonWithLast(byte[] apdu, short path) {
    short limit = (short) (apdu[path] * 4);
    if (resolver.length() < limit) {
      limit = resolver.length();
    }
    short common = 0;
    while (common < limit
        && Util.arrayCompare(
                resolver.path, common, apdu, (short) ((short) (path + 1) + common), (short) 4)
            == 0) {
      common += 4;
    }
    return common;
  }

  /** Derives the resolver's path from the deepest node kept of what it shares with the last one. */
  private void derive(byte tree, short common, byte[] apdu, short list, byte left) {
    short depth = bip32.restore(common);
    if (depth == 0) {
      bip32.startAtMaster(tree);
    }
    while (depth < resolver.length()) {
      bip32.derive(resolver.path, depth, (short) 4);
      depth += 4;
      if (branchesAt(depth, apdu, list, left)) {
        bip32.save(depth);
      }
    }
  }

  /** Whether a path still left shares exactly so many bytes with the resolver's. */
  private boolean branchesAt(short depth, byte[] apdu, short list, byte left) {
    for (byte i = 0; i < MAX_COUNT; i++) {
      if (isLeft(left, i) && commonWithLast(apdu, pathAt(apdu, list, i)) == depth) {
        return true;
      }
    }
    return false;
  }
}
