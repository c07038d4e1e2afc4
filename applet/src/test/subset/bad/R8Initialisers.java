package sample;

class R8Initialisers {
  static final byte[] MADE = make(); // !R8
  static final Object NEW = new Object(); // !R8
  static final Object[] LIST = new Object[2]; // !R8
  static final byte[] FIRST = {1};
  static final byte[] SECOND = FIRST; // !R8
  static byte count = FIRST[0] == 1 ? (byte) 2 : (byte) 3; // !R8

  static byte[] make() {
    return new byte[2];
  }
}
