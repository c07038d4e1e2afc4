// also R3 R6 R7 R8
package sample;

abstract class R4Modifiers { // !R4
  volatile byte a; // !class R4
  transient byte b;

  synchronized void one() {} // !R4

  native void two();

  void three(Object... o) {} // !R4

  void four(byte b) {
    assert b > 0; // !R4
  }
}
