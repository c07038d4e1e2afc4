// Comparisons of big-endian unsigned numbers; the platform's arrayCompare doesn't promise a sign.
package keyfence.applet;

/**
 * Unsigned comparison of byte strings. Nothing secret goes through here: it stops at the first
 * difference.
 */
final class Unsigned {
  private Unsigned() {}

  /**
   * Compares two big-endian unsigned numbers of the same length.
   *
   * @return a negative number, 0 or a positive number, as {@code a} is below, equal to or above
   *     {@code b}
   */
  static short compare(byte[] a, short aOff, byte[] b, short bOff, short len) {
    for (short i = 0; i < len; i++) {
      short x = (short) (a[(short) (aOff + i)] & 0xff);
      short y = (short) (b[(short) (bOff + i)] & 0xff);
      if (x != y) {
        return (short) (x - y);
      }
    }
    return 0;
  }

  /** Whether {@code len} bytes are all FF. */
  static boolean allOnes(byte[] a, short off, short len) {
    for (short i = 0; i < len; i++) {
      if (a[(short) (off + i)] != (byte) 0xff) {
        return false;
      }
    }
    return true;
  }
}
