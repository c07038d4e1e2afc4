// The rules R1 to R10 of the Java Card subset, over class files.
package keyfence.applet.subset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Says where a set of classes leaves what the Java Card converter takes. jCardSim runs ordinary
 * class files, so without this every test passes on code that no card could take.
 */
final class SubsetChecker {
  private static final int MAX_CLASSES = 255;
  private static final int MAX_METHODS = 128;

  private final String ownPackage;
  private final Map<String, ClassNode> classes = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  /**
   * @param ownPackage the one package of the applet, with slashes
   */
  private SubsetChecker(String ownPackage) {
    this.ownPackage = ownPackage;
  }

  /** Checks the class files of one CAP. */
  static List<Violation> check(String ownPackage, List<byte[]> classFiles) {
    SubsetChecker checker = new SubsetChecker(ownPackage);
    for (byte[] bytes : classFiles) {
      ClassNode node = new ClassNode();
      new ClassReader(bytes).accept(node, 0);
      checker.classes.put(node.name, node);
    }
    if (checker.classes.size() > MAX_CLASSES) {
      checker.violations.add(
          new Violation(
              "R1", ownPackage, "", 0, checker.classes.size() + " classes in one package"));
    }
    checker.classes.values().forEach(checker::checkClass);
    return checker.violations;
  }

  private void checkClass(ClassNode node) {
    Report report = new Report(violations, node.name, "");
    int slash = node.name.lastIndexOf('/');
    if (slash < 0 || !node.name.substring(0, slash).equals(ownPackage)) {
      report.add("R1", 0, "outside the package " + ownPackage);
    }
    if ((node.access & Opcodes.ACC_ENUM) != 0) {
      report.add("R1", 0, "an enum");
    }
    if ((node.access & Opcodes.ACC_RECORD) != 0) {
      report.add("R1", 0, "a record");
    }
    References references = new References(ownPackage);
    references.checkClass(report, 0, node.superName);
    node.interfaces.forEach(name -> references.checkClass(report, 0, name));
    for (FieldNode field : node.fields) {
      checkField(node, field, references);
    }
    checkMethodCount(node, report);
    for (MethodNode method : node.methods) {
      checkMethod(node, method, references);
    }
  }

  private void checkField(ClassNode node, FieldNode field, References references) {
    Report report = new Report(violations, node.name, field.name);
    Types.check(report, 0, "field", Type.getType(field.desc));
    references.checkType(report, 0, Type.getType(field.desc));
    if ((field.access & Opcodes.ACC_VOLATILE) != 0) {
      report.add("R4", 0, "a volatile field");
    }
    if ((field.access & Opcodes.ACC_TRANSIENT) != 0) {
      report.add("R4", 0, "a transient field");
    }
    if (field.name.equals("$assertionsDisabled")) {
      report.add("R4", 0, "an assert");
    }
    boolean inInterface = (node.access & Opcodes.ACC_INTERFACE) != 0;
    if (inInterface && (field.value == null || Type.getType(field.desc).getSort() >= Type.ARRAY)) {
      report.add("R5", 0, "an interface's field that isn't a primitive compile-time constant");
    }
  }

  private void checkMethod(ClassNode node, MethodNode method, References references) {
    Report report = new Report(violations, node.name, method.name);
    checkModifiers(method, report);
    boolean inInterface = (node.access & Opcodes.ACC_INTERFACE) != 0;
    if (inInterface && (method.access & Opcodes.ACC_ABSTRACT) == 0) {
      report.add("R5", report.firstLine(method), "an interface's method with a body");
    }
    Types.checkDescriptor(report, report.firstLine(method), method.desc);
    references.checkDescriptor(report, report.firstLine(method), method.desc);
    method.exceptions.forEach(
        name -> references.checkClass(report, report.firstLine(method), name));
    if ((method.access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) == 0) {
      new CodeChecker(node, method, references, report).check();
    }
  }

  private static void checkModifiers(MethodNode method, Report report) {
    int line = report.firstLine(method);
    if ((method.access & Opcodes.ACC_SYNCHRONIZED) != 0) {
      report.add("R4", line, "a synchronized method");
    }
    if ((method.access & Opcodes.ACC_NATIVE) != 0) {
      report.add("R4", line, "a native method");
    }
    if ((method.access & Opcodes.ACC_VARARGS) != 0) {
      report.add("R4", line, "a varargs method");
    }
    if ((method.access & Opcodes.ACC_STRICT) != 0) {
      report.add("R4", line, "a strictfp method");
    }
  }

  /** R10 counts what a class has, inherited from the package's own classes included. */
  private void checkMethodCount(ClassNode node, Report report) {
    Set<String> open = new HashSet<>();
    Set<String> packageVisible = new HashSet<>();
    for (ClassNode at = node; at != null; at = classes.get(at.superName)) {
      for (MethodNode method : at.methods) {
        if ((method.access & (Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE)) != 0
            || method.name.equals("<init>")) {
          continue;
        }
        boolean isOpen = (method.access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) != 0;
        (isOpen ? open : packageVisible).add(method.name + method.desc);
      }
    }
    if (open.size() > MAX_METHODS) {
      report.add("R10", 0, open.size() + " public and protected instance methods");
    }
    if (packageVisible.size() > MAX_METHODS) {
      report.add("R10", 0, packageVisible.size() + " package-visible instance methods");
    }
  }
}
