// also R3 R9
package sample;

class R7Constants {
  short mask(short x) {
    return (short) (x & 0x8000); // !R7
  }

  Object text() {
    return "text"; // !R7
  }

  Object type() {
    return R7Constants.class; // !R7
  }
}
