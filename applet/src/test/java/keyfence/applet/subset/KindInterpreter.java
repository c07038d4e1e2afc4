// The data flow of R9: which values may exceed sixteen bits.
package keyfence.applet.subset;

import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.tree.analysis.Interpreter;

/**
 * Follows kinds through a method as R9 words it; where it leaves a choice, the wider kind is taken.
 */
final class KindInterpreter extends Interpreter<Kind> {
  private final MethodNode method;

  KindInterpreter(MethodNode method) {
    super(Opcodes.ASM9);
    this.method = method;
  }

  @Override
  public Kind newValue(Type type) {
    if (type == null) {
      return Kind.NONE;
    }
    return type == Type.VOID_TYPE ? null : Kind.ofDescriptor(type.getDescriptor().charAt(0));
  }

  @Override
  public Kind newOperation(AbstractInsnNode insn) {
    int opcode = insn.getOpcode();
    if (opcode >= Opcodes.ICONST_M1 && opcode <= Opcodes.ICONST_5) {
      return Kind.B;
    }
    return switch (opcode) {
      case Opcodes.BIPUSH, Opcodes.SIPUSH -> Kind.ofConstant(((IntInsnNode) insn).operand);
      case Opcodes.LCONST_0, Opcodes.LCONST_1, Opcodes.DCONST_0, Opcodes.DCONST_1 -> Kind.WIDE;
      case Opcodes.FCONST_0, Opcodes.FCONST_1, Opcodes.FCONST_2 -> Kind.O;
      case Opcodes.LDC -> ofConstant(((LdcInsnNode) insn).cst);
      case Opcodes.GETSTATIC -> newValue(Type.getType(((FieldInsnNode) insn).desc));
      default -> Kind.REFERENCE;
    };
  }

  private static Kind ofConstant(Object constant) {
    if (constant instanceof Integer number) {
      return Kind.ofConstant(number);
    }
    if (constant instanceof Float) {
      return Kind.O;
    }
    return constant instanceof Long || constant instanceof Double ? Kind.WIDE : Kind.REFERENCE;
  }

  @Override
  public Kind copyOperation(AbstractInsnNode insn, Kind value) {
    if (insn.getOpcode() == Opcodes.ILOAD) {
      // A short local that happens to hold a byte is still loaded as a short.
      return value.or(declared(insn, ((VarInsnNode) insn).var));
    }
    return value;
  }

  private Kind declared(AbstractInsnNode insn, int local) {
    if (method.localVariables == null) {
      return Kind.B;
    }
    int at = method.instructions.indexOf(insn);
    for (LocalVariableNode variable : method.localVariables) {
      if (variable.index == local
          && method.instructions.indexOf(variable.start) <= at
          && at < method.instructions.indexOf(variable.end)) {
        return Kind.ofDescriptor(variable.desc.charAt(0));
      }
    }
    return Kind.B;
  }

  @Override
  public Kind unaryOperation(AbstractInsnNode insn, Kind value) {
    return switch (insn.getOpcode()) {
      case Opcodes.INEG -> value == Kind.B ? Kind.S : Kind.O;
      case Opcodes.I2B, Opcodes.INSTANCEOF -> Kind.B;
      case Opcodes.I2S, Opcodes.ARRAYLENGTH -> Kind.S;
      case Opcodes.IINC,
          Opcodes.I2C,
          Opcodes.I2F,
          Opcodes.L2I,
          Opcodes.F2I,
          Opcodes.D2I,
          Opcodes.L2F,
          Opcodes.D2F,
          Opcodes.FNEG ->
          Kind.O;
      case Opcodes.I2L,
          Opcodes.I2D,
          Opcodes.F2L,
          Opcodes.F2D,
          Opcodes.L2D,
          Opcodes.D2L,
          Opcodes.LNEG,
          Opcodes.DNEG ->
          Kind.WIDE;
      case Opcodes.GETFIELD -> newValue(Type.getType(((FieldInsnNode) insn).desc));
      case Opcodes.NEWARRAY, Opcodes.ANEWARRAY, Opcodes.CHECKCAST -> Kind.REFERENCE;
      default -> null;
    };
  }

  @Override
  public Kind binaryOperation(AbstractInsnNode insn, Kind left, Kind right) {
    int opcode = insn.getOpcode();
    return switch (opcode) {
      case Opcodes.IADD, Opcodes.ISUB, Opcodes.IMUL ->
          left == Kind.B && right == Kind.B ? Kind.S : Kind.O;
      case Opcodes.ISHL, Opcodes.IUSHR -> Kind.O;
      case Opcodes.ISHR -> left;
      case Opcodes.IDIV -> left == Kind.B ? Kind.S : Kind.O;
      case Opcodes.IREM -> Kind.S;
      case Opcodes.IAND -> left == Kind.O ? right : right == Kind.O ? left : left.or(right);
      case Opcodes.IOR, Opcodes.IXOR -> left.or(right);
      case Opcodes.BALOAD -> Kind.B;
      case Opcodes.SALOAD -> Kind.S;
      case Opcodes.CALOAD,
          Opcodes.IALOAD,
          Opcodes.FALOAD,
          Opcodes.FADD,
          Opcodes.FSUB,
          Opcodes.FMUL,
          Opcodes.FDIV,
          Opcodes.FREM,
          Opcodes.LCMP,
          Opcodes.FCMPL,
          Opcodes.FCMPG,
          Opcodes.DCMPL,
          Opcodes.DCMPG ->
          Kind.O;
      case Opcodes.AALOAD -> Kind.REFERENCE;
      case Opcodes.PUTFIELD -> null;
      default -> opcode >= Opcodes.IF_ICMPEQ && opcode <= Opcodes.IF_ACMPNE ? null : Kind.WIDE;
    };
  }

  @Override
  public Kind ternaryOperation(AbstractInsnNode insn, Kind first, Kind second, Kind third) {
    return null;
  }

  @Override
  public Kind naryOperation(AbstractInsnNode insn, List<? extends Kind> values) {
    if (insn instanceof MethodInsnNode call) {
      return newValue(Type.getReturnType(call.desc));
    }
    if (insn instanceof InvokeDynamicInsnNode call) {
      return newValue(Type.getReturnType(call.desc));
    }
    return Kind.REFERENCE;
  }

  @Override
  public void returnOperation(AbstractInsnNode insn, Kind value, Kind expected) {
    // What a method returns has been cast by the language.
  }

  @Override
  public Kind merge(Kind first, Kind second) {
    if (first == second) {
      return first;
    }
    return first.isNumber() && second.isNumber() ? first.or(second) : Kind.NONE;
  }
}
