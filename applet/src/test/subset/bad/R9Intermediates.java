package sample;

class R9Intermediates {
  byte index(byte[] b, short s) {
    return b[s + 1]; // !R9
  }

  void store(byte[] b, short s) {
    b[s - 1] = 0; // !R9
  }

  Object element(Object[] o, short s) {
    return o[s * 2]; // !R9
  }

  boolean compare(short s, short t, short u) {
    return s + t > u; // !R9
  }

  boolean compareRight(short s, short t, short u) {
    return u > s + t; // !R9
  }

  boolean zero(short s, short t) {
    return s + t == 0; // !R9
  }

  short shift(short s, short t) {
    return (short) ((s + t) >> 1); // !R9
  }

  short unsignedShift(short s, short t) {
    return (short) ((s - t) >>> 1); // !R9
  }

  short twice(short s) {
    return (short) ((s << 1) >> 1); // !R9
  }

  short divide(short s, short t) {
    return (short) ((s + t) / 2); // !R9
  }

  short divisor(short s, short t) {
    return (short) (s / (t + 1)); // !R9
  }

  short remainder(short s, short t) {
    return (short) ((s + t) % 3); // !R9
  }

  boolean negative(short s) {
    return -s > 4; // !R9
  }

  boolean quotient(short s) {
    return s / 2 > 4; // !R9
  }

  byte[] size(short s) {
    return new byte[s + 1]; // !R9
  }

  Object[] objects(short s) {
    return new Object[s + 1]; // !R9
  }

  void choose(short s) {
    switch (s + 1) { // !R9
      case 1:
        return;
      default:
        choose((short) 0);
    }
  }

  void sparse(short s) {
    switch (s + 1) { // !R9
      case 1:
      case 1000:
        return;
      default:
        sparse((short) 0);
    }
  }

  byte merged(byte[] b, short s, boolean c) {
    return b[c ? s + 1 : s]; // !R9
  }

  byte or(byte[] b, short s) {
    return b[s + 1 | 1]; // !R9
  }

  byte heldByte(byte[] b) {
    short s = 1;
    return b[s + 1]; // !R9
  }

  boolean masked(short s, short t) {
    return ((s + t) & (t + s)) != 0; // !R9
  }

  short compound(short s) {
    return (short) ((s += 3) + 1 >> 2); // !R9
  }
}
