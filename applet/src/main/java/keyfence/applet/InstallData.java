// Finds the AID and the application data in an applet's install data.
package keyfence.applet;

/**
 * `AID length | AID | length | privileges | length | application data`; what is cut off counts as
 * empty.
 */
final class InstallData {
  private InstallData() {}

  /** The length of the instance's AID, 0 if the data don't name one. It starts at off + 1. */
  static byte aidLength(byte[] b, short off, byte len) {
    return (len & 0xff) == 0 || b[off] < 0 || b[off] >= (short) (len & 0xff) ? 0 : b[off];
  }

  /** Where the application data start; meaningless if there are none. */
  static short dataOffset(byte[] b, short off, byte len) {
    short end = (short) (off + (short) (len & 0xff));
    return (short) (next(b, next(b, off, end), end) + 1);
  }

  /** The length of the application data, 0 if there are none; never beyond the install data. */
  static short dataLength(byte[] b, short off, byte len) {
    short end = (short) (off + (short) (len & 0xff));
    short at = next(b, next(b, off, end), end);
    if (at >= end) {
      return 0;
    }
    short length = (short) (b[at] & 0xff);
    short room = (short) ((short) (end - at) - 1);
    return length < room ? length : room;
  }

  /**
   * Refuses application data that are shorter than their length says: some platforms cut install
   * data, and a cut between two parameters would leave the later one out unnoticed.
   */
  static void requireWhole(byte[] b, short off, byte len) {
    short end = (short) (off + (short) (len & 0xff));
    short at = next(b, next(b, off, end), end);
    if (at < end && (short) (b[at] & 0xff) > (short) ((short) (end - at) - 1)) {
      Refuse.data();
    }
  }

  private static short next(byte[] b, short off, short end) {
    return off >= end ? end : (short) ((short) (off + 1) + (short) (b[off] & 0xff));
  }
}
