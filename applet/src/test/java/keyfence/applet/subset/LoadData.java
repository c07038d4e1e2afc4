// How many bytes the CAP file's loaded components will have, reckoned from class files.
package keyfence.applet.subset;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * An estimate by the sizes of the Java Card virtual machine's instructions (JCVM 3.0.4, chapters 6
 * and 7). A converter may choose a little better or worse; only a kit's own figure counts.
 */
final class LoadData {
  /** Header, directory, applet, import and export components. */
  private static final int FIXED = 250;

  private final Set<String> pool = new HashSet<>();
  private int code;
  private int locations;
  private int classes;
  private int statics;

  static LoadData of(List<byte[]> classFiles) {
    LoadData size = new LoadData();
    for (byte[] file : classFiles) {
      ClassNode node = new ClassNode();
      new ClassReader(file).accept(node, ClassReader.SKIP_DEBUG);
      size.add(node);
    }
    return size;
  }

  int total() {
    return FIXED + code + locations + classes + statics + 4 * pool.size();
  }

  @Override
  public String toString() {
    return String.format(
        "about %d bytes: code %d, reference locations %d, constant pool %d, classes %d, statics %d",
        total(), code, locations, 4 * pool.size(), classes, statics);
  }

  private void add(ClassNode node) {
    classes += 13 + 3 * node.interfaces.size();
    for (FieldNode field : node.fields) {
      if ((field.access & Opcodes.ACC_STATIC) != 0 && field.value == null) {
        statics += 2;
      }
    }
    for (MethodNode method : node.methods) {
      boolean isVirtual =
          (method.access & (Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE)) == 0
              && !method.name.equals("<init>");
      classes += isVirtual ? 2 : 0;
      if (method.name.equals("<clinit>")) {
        addInitialiser(method);
      } else if (method.instructions.size() > 0) {
        addCode(method);
      }
    }
  }

  /** Static arrays lie in the static field component as they are: type, length and the elements. */
  private void addInitialiser(MethodNode method) {
    AbstractInsnNode before = null;
    for (AbstractInsnNode insn : method.instructions) {
      if (insn.getOpcode() == Opcodes.NEWARRAY && before instanceof IntInsnNode length) {
        boolean wide = ((IntInsnNode) insn).operand == Opcodes.T_SHORT;
        statics += 3 + length.operand * (wide ? 2 : 1);
      }
      before = insn;
    }
  }

  private void addCode(MethodNode method) {
    code += 2 + 8 * method.tryCatchBlocks.size();
    AbstractInsnNode before = null;
    for (AbstractInsnNode insn : method.instructions) {
      if (insn.getOpcode() >= 0) {
        code += size(insn, before);
        before = insn;
      }
    }
  }

  private int size(AbstractInsnNode insn, AbstractInsnNode before) {
    int opcode = insn.getOpcode();
    if (insn instanceof VarInsnNode access) {
      return access.var <= 3 ? 1 : 2;
    }
    if (insn instanceof FieldInsnNode field) {
      refer(field.owner + "." + field.name);
      boolean isStatic = opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC;
      boolean ofThis =
          opcode == Opcodes.GETFIELD && before instanceof VarInsnNode load && load.var == 0;
      return isStatic ? 3 : ofThis ? 1 : 2;
    }
    if (insn instanceof MethodInsnNode call) {
      refer(call.owner + "." + call.name + call.desc);
      return opcode == Opcodes.INVOKEINTERFACE ? 5 : 3;
    }
    if (insn instanceof TypeInsnNode type) {
      refer(type.desc);
      return opcode == Opcodes.NEW || opcode == Opcodes.ANEWARRAY ? 3 : 4;
    }
    if (insn instanceof TableSwitchInsnNode table) {
      return 7 + 2 * table.labels.size();
    }
    if (insn instanceof LookupSwitchInsnNode lookup) {
      return 5 + 4 * lookup.labels.size();
    }
    return switch (opcode) {
      case Opcodes.BIPUSH, Opcodes.NEWARRAY -> 2;
      case Opcodes.SIPUSH, Opcodes.LDC -> 3;
      case Opcodes.I2S -> 0;
      case Opcodes.IFEQ,
          Opcodes.IFNE,
          Opcodes.IFLT,
          Opcodes.IFGE,
          Opcodes.IFGT,
          Opcodes.IFLE,
          Opcodes.IFNULL,
          Opcodes.IFNONNULL,
          Opcodes.IF_ICMPEQ,
          Opcodes.IF_ICMPNE,
          Opcodes.IF_ICMPLT,
          Opcodes.IF_ICMPGE,
          Opcodes.IF_ICMPGT,
          Opcodes.IF_ICMPLE,
          Opcodes.IF_ACMPEQ,
          Opcodes.IF_ACMPNE,
          Opcodes.GOTO ->
          2;
      default -> 1;
    };
  }

  private void refer(String name) {
    pool.add(name);
    locations++;
  }
}
