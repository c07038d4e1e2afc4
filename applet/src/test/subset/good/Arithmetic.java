package sample;

final class Arithmetic {
  static final byte[] TABLE = {1, 2, (byte) 0xff};
  static final short[] SHORTS = {1, 0x1234};
  static final boolean[] FLAGS = {true, false};
  static byte[] empty = null;
  static final short LIMIT = (short) 0x8000;

  static short sum(short a, short b, short c) {
    return (short) ((a * b) + c);
  }

  static byte next(byte[] b, short s) {
    return b[(short) (s + 1)];
  }

  static byte ring(byte[] b, short s, short t) {
    return b[(s + t) & 0x0f];
  }

  static boolean above(short s, short t, short u) {
    return (short) (s + t) > u;
  }

  static short half(byte a, byte b) {
    return (short) ((a + b) >> 1);
  }

  static boolean low(byte b) {
    return (b & 0x80) != 0 && -b > 4;
  }

  static short shifted(byte[] b, short off, short s, short t) {
    return (short) (b[off] << (s + t));
  }

  static short unsigned(byte[] b, short off) {
    return (short) ((short) (b[off] << 8) | b[(short) (off + 1)] & 0xff);
  }

  static short loop(byte[] b) {
    short total = 0;
    for (short i = 0; i < b.length; i++) {
      total += b[i];
      total <<= 1;
    }
    for (byte i = 3; i > 0; --i) {
      total--;
    }
    return total;
  }

  static short pick(short code) {
    switch (code) {
      case 1:
        return 5;
      case 1000:
        return 6;
      case -7:
        return (short) 0x9000;
      default:
        return (short) (code % 3);
    }
  }
}
