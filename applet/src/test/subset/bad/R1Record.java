// release 17
// also R2 R3 R6
package sample;

record R1Record(short a) {} // !class R1
