// also R2 R3 R7 R9
package sample;

class R6Opcodes {
  void nested(short n) {
    Object o = new byte[n][n]; // !R6
    Object p = new byte[n][]; // !R6
    Object q = new int[n]; // !R6
    Object r = new char[n]; // !R6
    Object s = new long[n]; // !R6
  }

  void lock(Object o) {
    synchronized (o) { // !R6
    } // !R6
  }

  void letters(char[] c, int[] i, byte b) {
    c[0] = c[1]; // !R6
    i[0] = i[1]; // !R6
    char d = (char) b; // !R6
  }

  void wide(long a, float f, double d) {
    a = a + 1; // !R6
    f = f * f; // !R6
    d = -d; // !R6
    a = (long) f; // !R6
  }

  byte sum(byte[] b) {
    byte s = 0;
    for (byte x : b) { // !R6
      s ^= x;
    }
    return s;
  }

  void text(byte b) {
    Object o = "a" + b; // !R7
  }
}
