// also R2 R3 R6 R7 R8
package sample;

enum R1Enum { // !class R1
  A,
  B
}
