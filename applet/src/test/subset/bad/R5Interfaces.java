// also R3 R8
package sample;

interface R5Interfaces {
  byte FINE = 1;
  byte[] ARRAY = {1, 2}; // !R5
  Object NOTHING = null; // !class R5

  default void one() {} // !R5

  static void two() {} // !R5
}
