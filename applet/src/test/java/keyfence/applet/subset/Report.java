// Where violations of one class or method are collected.
package keyfence.applet.subset;

import java.util.List;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodNode;

/** Collects violations and knows which class and member they belong to. */
record Report(List<Violation> violations, String className, String member) {
  void add(String rule, int line, String what) {
    Violation violation = new Violation(rule, className, member, line, what);
    if (!violations.contains(violation)) {
      violations.add(violation);
    }
  }

  /** The first line of a method that the class file knows, or 0. */
  int firstLine(MethodNode method) {
    for (AbstractInsnNode insn : method.instructions) {
      if (insn instanceof LineNumberNode line) {
        return line.line;
      }
    }
    return 0;
  }
}
