// Turns P1's source bits and the given components into a path from the master.
package keyfence.applet;

import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;

/** Holds the path that a command is about, resolved; lost at deselection. */
final class PathResolver implements Protocol {
  static final byte SOURCE_MASK = (byte) 0xC0;
  static final byte FROM_MASTER = (byte) 0x00;
  private static final byte FROM_PARENT = (byte) 0x40;
  static final byte FROM_CURRENT = (byte) 0x80;

  private final KeyTree keys;

  /** The components, 4 bytes each; {@link #length} of these bytes count. */
  final byte[] path;

  private final short[] length;

  PathResolver(KeyTree keys) {
    this.keys = keys;
    path = JCSystem.makeTransientByteArray(MAX_PATH, JCSystem.CLEAR_ON_DESELECT);
    length = JCSystem.makeTransientShortArray((short) 1, JCSystem.CLEAR_ON_DESELECT);
  }

  short length() {
    return length[0];
  }

  /** Whether P1's two source bits name a source (C0 doesn't). */
  static boolean isSource(byte p1) {
    return (byte) (p1 & SOURCE_MASK) != SOURCE_MASK;
  }

  /**
   * Resolves len bytes of components, appended to the source that P1 names: 6A80, 6B00, 6A80 if too
   * deep.
   */
  void resolve(byte p1, byte[] b, short off, short len) {
    if ((short) (len & 3) != 0 || len > MAX_PATH) {
      Refuse.data();
    }
    short base = 0;
    byte source = (byte) (p1 & SOURCE_MASK);
    if (source != FROM_MASTER) {
      base = keys.copyPath(path, (short) 0);
      if (source == FROM_PARENT) {
        if (base == 0) {
          ISOException.throwIt(SW_WRONG_SOURCE);
        }
        base -= 4;
      }
    }
    if ((short) (base + len) > MAX_PATH) {
      Refuse.data();
    }
    Util.arrayCopyNonAtomic(b, off, path, base, len);
    length[0] = (short) (base + len);
  }

  /** SW 6985 if the path isn't empty and the key has no chain code. */
  void requirePaths() {
    if (length[0] != 0 && !keys.isExtended()) {
      Refuse.conditions();
    }
  }

  /** Makes the resolved path the current one, of this tree. */
  void makeCurrent(byte tree) {
    keys.setPath(path, (short) 0, length[0], tree);
  }

  /** Takes `n | n components` at off for the resolved path; n was checked. */
  void take(byte[] b, short off) {
    length[0] = (short) (b[off] * 4);
    Util.arrayCopyNonAtomic(b, (short) (off + 1), path, (short) 0, length[0]);
  }

  /** Takes the PIN-less path for the resolved one. */
  void pinless() {
    length[0] = keys.copyPinlessPath(path, (short) 0);
  }
}
