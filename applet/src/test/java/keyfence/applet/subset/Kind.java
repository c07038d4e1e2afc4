// What the analysis of R9 knows about a value on the stack or in a local.
package keyfence.applet.subset;

import org.objectweb.asm.tree.analysis.Value;

/** The kinds of R9, and two for what isn't a number. */
enum Kind implements Value {
  /** byte, boolean, small constant. */
  B(1),
  /** short, array length. */
  S(1),
  /** A number that may exceed 16 bits. */
  O(1),
  /** A reference or a return address. */
  REFERENCE(1),
  /** long or double; R2 and R6 have refused it already. */
  WIDE(2),
  /** Nothing that may be read. */
  NONE(1);

  private final int size;

  Kind(int size) {
    this.size = size;
  }

  @Override
  public int getSize() {
    return size;
  }

  boolean isNumber() {
    return this == B || this == S || this == O;
  }

  /** The wider of two numbers. */
  Kind or(Kind other) {
    return compareTo(other) >= 0 ? this : other;
  }

  static Kind ofConstant(int value) {
    if (value >= Byte.MIN_VALUE && value <= Byte.MAX_VALUE) {
      return B;
    }
    return value >= Short.MIN_VALUE && value <= Short.MAX_VALUE ? S : O;
  }

  static Kind ofDescriptor(char sort) {
    return switch (sort) {
      case 'Z', 'B' -> B;
      case 'S' -> S;
      case 'C', 'I', 'F' -> O;
      case 'J', 'D' -> WIDE;
      default -> REFERENCE;
    };
  }
}
