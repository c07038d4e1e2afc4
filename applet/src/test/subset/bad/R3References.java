// also R2 R6
package sample;

import java.util.ArrayList;

class R3References extends Thread { // !R3
  String name; // !class R3

  void text(Object o) {
    o.equals("text"); // !R7
    o.toString(); // !R3
    o.hashCode(); // !R3
    o.getClass(); // !R3
  }

  void copy(byte[] b) {
    byte[] c = b.clone(); // !R3
  }

  void message() {
    throw new RuntimeException("text"); // !R3 R7
  }

  void cause(Throwable t) {
    t.printStackTrace(); // !R3
  }

  void list() {
    new ArrayList<Object>(); // !R3
  }

  void box(short s) {
    Object o = s; // !R3
  }

  void system(byte[] a, byte[] b) {
    System.arraycopy(a, 0, b, 0, 1); // !R3
    Math.abs(a[0]); // !R3
  }

  void caught(byte[] a) {
    try {
      a[0] = 1; // !R3
    } catch (IllegalStateException e) { // !R3
      a[0] = 2;
    }
  }

  void declared() throws java.io.IOException {} // !R3
}
