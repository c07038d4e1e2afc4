// Tags and lengths: written, and read with every length checked before it is used.
package keyfence.applet;

/** BER-TLV as far as the protocol needs it: one-byte tags, lengths up to 255. */
final class Tlv implements Protocol {
  private Tlv() {}

  /** Writes a tag and a length below 128. Returns the offset after them. */
  static short header(byte[] b, short off, byte tag, short len) {
    b[off++] = tag;
    b[off++] = (byte) len;
    return off;
  }

  /** Writes `tag 1 value`. Returns the offset after it. */
  static short one(byte[] b, short off, byte tag, byte value) {
    off = header(b, off, tag, (short) 1);
    b[off++] = value;
    return off;
  }

  /**
   * The offset of the value of the TLV at off, which must have this tag and end at or before end;
   * else SW 6A80.
   */
  static short value(byte[] b, short off, short end, byte tag) {
    short value = (short) (off + 2);
    if (value > end || b[off] != tag) {
      Refuse.data();
    }
    if (b[(short) (off + 1)] == LENGTH_ONE_MORE) {
      value++;
    } else if (b[(short) (off + 1)] < 0) {
      Refuse.data();
    }
    if (value > end || (short) (value + length(b, value)) > end) {
      Refuse.data();
    }
    return value;
  }

  /** The length of the value at an offset that {@link #value} gave. */
  static short length(byte[] b, short value) {
    return (short) (b[(short) (value - 1)] & 0xff);
  }

  /** SW 6A80 unless the value has this length. */
  static void requireLength(byte[] b, short value, short wanted) {
    if (length(b, value) != wanted) {
      Refuse.data();
    }
  }
}
