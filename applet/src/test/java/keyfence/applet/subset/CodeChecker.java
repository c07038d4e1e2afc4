// R2 to R10 inside a method.
package keyfence.applet.subset;

import java.util.Set;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.util.Printer;

/** Checks the code of one method. */
final class CodeChecker {
  private static final int MAX_CODE = 32767;
  private static final int MAX_LOCAL = 255;

  private static final Set<Integer> NEW_ARRAY =
      Set.of(Opcodes.T_BYTE, Opcodes.T_SHORT, Opcodes.T_BOOLEAN);

  /** What a static initialiser consists of, constant pushes aside. */
  private static final Set<Integer> IN_INITIALISER =
      Set.of(
          Opcodes.NEWARRAY,
          Opcodes.DUP,
          Opcodes.BASTORE,
          Opcodes.SASTORE,
          Opcodes.PUTSTATIC,
          Opcodes.RETURN);

  private final ClassNode owner;
  private final MethodNode method;
  private final References references;
  private final Report report;

  CodeChecker(ClassNode owner, MethodNode method, References references, Report report) {
    this.owner = owner;
    this.method = method;
    this.references = references;
    this.report = report;
  }

  void check() {
    int line = 0;
    for (AbstractInsnNode insn : method.instructions) {
      if (insn instanceof LineNumberNode number) {
        line = number.line;
      } else if (insn.getOpcode() >= 0) {
        checkInstruction(insn, line);
      }
    }
    checkLocals();
    for (TryCatchBlockNode block : method.tryCatchBlocks) {
      references.checkClass(report, report.firstLine(method), block.type);
    }
    checkSize();
    checkIntermediates();
  }

  private void checkInstruction(AbstractInsnNode insn, int line) {
    int opcode = insn.getOpcode();
    if (isForbidden(opcode)) {
      report.add("R6", line, Printer.OPCODES[opcode]);
    }
    if (method.name.equals("<clinit>")
        && !isConstantPush(opcode)
        && !IN_INITIALISER.contains(opcode)) {
      report.add("R8", line, Printer.OPCODES[opcode] + " in a static initialiser");
    }
    if (insn instanceof VarInsnNode access && access.var > MAX_LOCAL
        || insn instanceof IincInsnNode increment && increment.var > MAX_LOCAL) {
      report.add("R6", line, "a local above 255");
    }
    if (insn instanceof IntInsnNode array
        && opcode == Opcodes.NEWARRAY
        && !NEW_ARRAY.contains(array.operand)) {
      report.add("R6", line, "NEWARRAY of type " + array.operand);
    }
    if (insn instanceof TypeInsnNode type) {
      if (opcode == Opcodes.ANEWARRAY && type.desc.startsWith("[")) {
        report.add("R6", line, "ANEWARRAY of " + type.desc);
      }
      Types.check(report, line, "use", Type.getObjectType(type.desc));
      references.checkClass(report, line, type.desc);
    }
    if (insn instanceof FieldInsnNode field) {
      Types.check(report, line, "field", Type.getType(field.desc));
      references.checkClass(report, line, field.owner);
      references.checkType(report, line, Type.getType(field.desc));
      if (field.name.equals("$assertionsDisabled")) {
        report.add("R4", line, "an assert");
      }
    }
    if (insn instanceof MethodInsnNode call) {
      Types.checkDescriptor(report, line, call.desc);
      references.checkCall(report, line, call.owner, call.name, call.desc);
    }
    if (insn instanceof LdcInsnNode constant) {
      checkConstant(constant.cst, line);
    }
    if (insn instanceof InvokeDynamicInsnNode dynamic) {
      Handle bootstrap = dynamic.bsm;
      if (bootstrap.getOwner().equals("java/lang/invoke/LambdaMetafactory")) {
        report.add("R1", line, "a lambda or method reference");
      }
    }
  }

  private void checkConstant(Object constant, int line) {
    if (!(constant instanceof Integer number)) {
      report.add("R7", line, "LDC of a " + constant.getClass().getSimpleName());
    } else if (number < Short.MIN_VALUE || number > Short.MAX_VALUE) {
      report.add("R7", line, "LDC of " + number);
    }
  }

  private static boolean isConstantPush(int opcode) {
    return opcode >= Opcodes.ACONST_NULL && opcode <= Opcodes.ICONST_5
        || opcode == Opcodes.BIPUSH
        || opcode == Opcodes.SIPUSH
        || opcode == Opcodes.LDC;
  }

  private static boolean isForbidden(int opcode) {
    switch (opcode) {
      case Opcodes.INVOKEDYNAMIC,
      Opcodes.MULTIANEWARRAY,
      Opcodes.MONITORENTER,
      Opcodes.MONITOREXIT,
      Opcodes.JSR,
      Opcodes.RET,
      Opcodes.I2C,
      Opcodes.CALOAD,
      Opcodes.CASTORE,
      Opcodes.IALOAD,
      Opcodes.IASTORE,
      Opcodes.IINC:
        return true;
      default:
        // The letter before the operation says what it works on: L, F, D, or a conversion from or
        // to them.
        String name = Printer.OPCODES[opcode];
        return name.matches(
                "[LFD](LOAD|STORE|ALOAD|ASTORE|ADD|SUB|MUL|DIV|REM|NEG|SHL|SHR|USHR|AND|OR|XOR|RETURN)")
            || name.matches("[LFD](CMP|CMPL|CMPG|CONST_[0-2])")
            || name.matches("[ILFD]2[LFD]|[LFD]2I");
    }
  }

  private void checkLocals() {
    if (method.localVariables == null || method.localVariables.isEmpty()) {
      boolean named =
          (method.access & Opcodes.ACC_SYNTHETIC) == 0
              && ((method.access & Opcodes.ACC_STATIC) == 0
                  || Type.getArgumentTypes(method.desc).length > 0);
      if (named) {
        report.add("R2", report.firstLine(method), "no table of locals: compile with -g");
      }
      return;
    }
    for (LocalVariableNode variable : method.localVariables) {
      int line = lineOf(variable.start);
      Type type = Type.getType(variable.desc);
      Types.check(report, line, "local " + variable.name, type);
      references.checkType(report, line, type);
    }
  }

  /**
   * The line that a position belongs to; a local's range starts after the statement that sets it.
   */
  private int lineOf(AbstractInsnNode at) {
    for (AbstractInsnNode insn = at; insn != null; insn = insn.getPrevious()) {
      if (insn instanceof LineNumberNode line) {
        return line.line;
      }
    }
    return report.firstLine(method);
  }

  private void checkSize() {
    CodeSizeEvaluator size = new CodeSizeEvaluator(null);
    method.accept(size);
    if (size.getMaxSize() > MAX_CODE) {
      report.add(
          "R10", report.firstLine(method), "up to " + size.getMaxSize() + " bytes of bytecode");
    }
  }

  private void checkIntermediates() {
    Frame<Kind>[] frames;
    try {
      frames = new Analyzer<>(new KindInterpreter(method)).analyze(owner.name, method);
    } catch (AnalyzerException e) {
      report.add("R9", report.firstLine(method), "can't be analysed: " + e.getMessage());
      return;
    }
    int line = 0;
    for (int i = 0; i < frames.length; i++) {
      AbstractInsnNode insn = method.instructions.get(i);
      if (insn instanceof LineNumberNode number) {
        line = number.line;
      }
      if (frames[i] != null && insn.getOpcode() >= 0) {
        checkOperands(insn.getOpcode(), frames[i], line);
      }
    }
  }

  private void checkOperands(int opcode, Frame<Kind> frame, int line) {
    switch (opcode) {
      case Opcodes.IDIV,
          Opcodes.IREM,
          Opcodes.IF_ICMPEQ,
          Opcodes.IF_ICMPNE,
          Opcodes.IF_ICMPLT,
          Opcodes.IF_ICMPGE,
          Opcodes.IF_ICMPGT,
          Opcodes.IF_ICMPLE -> {
        checkOperand(opcode, frame, 0, line);
        checkOperand(opcode, frame, 1, line);
      }
      case Opcodes.ISHR,
          Opcodes.IUSHR,
          Opcodes.BASTORE,
          Opcodes.SASTORE,
          Opcodes.CASTORE,
          Opcodes.IASTORE,
          Opcodes.AASTORE ->
          checkOperand(opcode, frame, 1, line);
      case Opcodes.BALOAD,
          Opcodes.SALOAD,
          Opcodes.CALOAD,
          Opcodes.IALOAD,
          Opcodes.AALOAD,
          Opcodes.NEWARRAY,
          Opcodes.ANEWARRAY,
          Opcodes.IFEQ,
          Opcodes.IFNE,
          Opcodes.IFLT,
          Opcodes.IFGE,
          Opcodes.IFGT,
          Opcodes.IFLE,
          Opcodes.TABLESWITCH,
          Opcodes.LOOKUPSWITCH ->
          checkOperand(opcode, frame, 0, line);
      default -> {
        // Takes a number of any kind.
      }
    }
  }

  /**
   * @param depth counted from the top of the stack
   */
  private void checkOperand(int opcode, Frame<Kind> frame, int depth, int line) {
    if (frame.getStack(frame.getStackSize() - 1 - depth) == Kind.O) {
      report.add("R9", line, "a value that may exceed 16 bits reaches " + Printer.OPCODES[opcode]);
    }
  }
}
