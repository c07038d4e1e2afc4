// R2: the types that a card has.
package keyfence.applet.subset;

import org.objectweb.asm.Type;

/** byte, short, boolean, void, classes, and one-dimensional arrays of all but void. */
final class Types {
  private Types() {}

  static void checkDescriptor(Report report, int line, String descriptor) {
    check(report, line, "return", Type.getReturnType(descriptor));
    for (Type argument : Type.getArgumentTypes(descriptor)) {
      check(report, line, "parameter", argument);
    }
  }

  static void check(Report report, int line, String where, Type type) {
    if (!isAllowed(type)) {
      report.add("R2", line, where + " of type " + type.getClassName());
    }
  }

  private static boolean isAllowed(Type type) {
    return switch (type.getSort()) {
      case Type.BYTE, Type.SHORT, Type.BOOLEAN, Type.VOID, Type.OBJECT -> true;
      case Type.ARRAY -> type.getDimensions() == 1 && isAllowed(type.getElementType());
      default -> false;
    };
  }
}
