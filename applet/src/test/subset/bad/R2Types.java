// also R6
package sample;

class R2Types {
  static final int CONSTANT = 5; // !class R2
  int field;
  long wide;
  char letter;
  float single;
  double twice;
  byte[][] nested;
  int[] numbers;

  void parameter(int a) {} // !R2

  int result() {
    return 1; // !R2
  }

  void local(byte b) {
    int i = b; // !R2
  }

  short use(byte[] b) {
    Object o = b;
    return o instanceof byte[][] ? (short) 1 : (short) 2; // !R2
  }

  void call(byte b) {
    parameter(b); // !R2
  }

  void read() {
    field = 3; // !R2
  }
}
