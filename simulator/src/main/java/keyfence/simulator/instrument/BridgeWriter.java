package keyfence.simulator.instrument;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The synthetic static methods that stand between a card's class and what it writes to. They are in
 * the class itself, so that its access to private fields stays; coverage and mutation tools skip
 * synthetic methods.
 */
final class BridgeWriter {
  private static final int ACCESS =
      Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC;
  private static final String CALL_FRAME = "keyfence/simulator/memory/CallFrame";

  private final String owner;
  private final ClassVisitor out;
  private final Map<String, Runnable> pending = new LinkedHashMap<>();
  private final Map<String, String> names = new LinkedHashMap<>();

  BridgeWriter(String owner, ClassVisitor out) {
    this.owner = owner;
    this.out = out;
  }

  /** Writes the bridges that were called. */
  void write() {
    pending.values().forEach(Runnable::run);
  }

  private String name(String kind, String key) {
    return names.computeIfAbsent(kind + key, k -> "keyfence$" + kind + "$" + names.size());
  }

  /** Emits a call of the setter of a field, which notes the old value first. */
  void callSetter(MethodVisitor code, int opcode, String fieldOwner, String field, String type) {
    boolean isStatic = opcode == Opcodes.PUTSTATIC;
    String descriptor = "(" + (isStatic ? "" : "L" + fieldOwner + ";") + type + ")V";
    String key = fieldOwner + "." + field;
    String name = name("put", key);
    pending.putIfAbsent(
        "put" + key, () -> writeSetter(name, descriptor, isStatic, fieldOwner, field, type));
    code.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
  }

  private void writeSetter(
      String name,
      String descriptor,
      boolean isStatic,
      String fieldOwner,
      String field,
      String type) {
    MethodVisitor code = out.visitMethod(ACCESS, name, descriptor, null, null);
    code.visitCode();
    int value = isStatic ? 0 : 1;
    if (isStatic) {
      code.visitInsn(Opcodes.ACONST_NULL);
    } else {
      code.visitVarInsn(Opcodes.ALOAD, 0);
    }
    code.visitLdcInsn(fieldOwner);
    code.visitLdcInsn(field);
    code.visitInsn(Opcodes.ICONST_0 + fieldBytes(type));
    code.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        Instrumenter.HOOKS + "MemoryHooks",
        "beforeField",
        "(Ljava/lang/Object;Ljava/lang/String;Ljava/lang/String;I)V",
        false);
    if (!isStatic) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
    }
    code.visitVarInsn(Type.getType(type).getOpcode(Opcodes.ILOAD), value);
    code.visitFieldInsn(isStatic ? Opcodes.PUTSTATIC : Opcodes.PUTFIELD, fieldOwner, field, type);
    code.visitInsn(Opcodes.RETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  /** Bytes that a field takes on a card. */
  static int fieldBytes(String type) {
    return switch (type.charAt(0)) {
      case 'B', 'Z' -> 1;
      case 'I', 'F' -> 4;
      default -> 2;
    };
  }

  /**
   * Emits a call of an API method that may write to persistent arrays, keys or PINs: before, call,
   * after.
   */
  void callApi(
      MethodVisitor code,
      int opcode,
      String callOwner,
      String method,
      String type,
      boolean isInterface) {
    boolean isStatic = opcode == Opcodes.INVOKESTATIC;
    String descriptor = isStatic ? type : "(L" + callOwner + ";" + type.substring(1);
    String key = callOwner + "." + method + type;
    String name = name("call", key);
    pending.putIfAbsent(
        "call" + key,
        () -> writeCall(name, descriptor, opcode, callOwner, method, type, isInterface));
    code.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
  }

  private void writeCall(
      String name,
      String descriptor,
      int opcode,
      String callOwner,
      String method,
      String type,
      boolean isInterface) {
    Type[] arguments = Type.getArgumentTypes(descriptor);
    Type result = Type.getReturnType(descriptor);
    MethodVisitor code = out.visitMethod(ACCESS, name, descriptor, null, null);
    code.visitCode();
    List<Integer> references = new ArrayList<>();
    List<Object> locals = new ArrayList<>();
    int slots = 0;
    for (Type argument : arguments) {
      boolean reference = argument.getSort() == Type.OBJECT || argument.getSort() == Type.ARRAY;
      if (reference) {
        references.add(slots);
      }
      locals.add(reference ? argument.getInternalName() : primitive(argument));
      slots += argument.getSize();
    }
    int frame = slots;
    pushArray(code, references);
    code.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        CALL_FRAME,
        "before",
        "([Ljava/lang/Object;)L" + CALL_FRAME + ";",
        false);
    code.visitVarInsn(Opcodes.ASTORE, frame);
    locals.add(CALL_FRAME);
    Label start = new Label();
    Label end = new Label();
    Label handler = new Label();
    code.visitTryCatchBlock(start, end, handler, "java/lang/RuntimeException");
    code.visitLabel(start);
    int slot = 0;
    for (Type argument : arguments) {
      code.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), slot);
      slot += argument.getSize();
    }
    code.visitMethodInsn(opcode, callOwner, method, type, isInterface);
    code.visitLabel(end);
    code.visitVarInsn(Opcodes.ALOAD, frame);
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, CALL_FRAME, "after", "()V", false);
    code.visitInsn(result.getOpcode(Opcodes.IRETURN));
    code.visitLabel(handler);
    code.visitFrame(
        Opcodes.F_NEW,
        locals.size(),
        locals.toArray(),
        1,
        new Object[] {"java/lang/RuntimeException"});
    code.visitVarInsn(Opcodes.ALOAD, frame);
    code.visitInsn(Opcodes.SWAP);
    code.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL,
        CALL_FRAME,
        "failed",
        "(Ljava/lang/RuntimeException;)Ljava/lang/RuntimeException;",
        false);
    code.visitInsn(Opcodes.ATHROW);
    code.visitMaxs(0, 0);
    code.visitEnd();
  }

  private static void pushArray(MethodVisitor code, List<Integer> references) {
    code.visitIntInsn(Opcodes.BIPUSH, references.size());
    code.visitTypeInsn(Opcodes.ANEWARRAY, "java/lang/Object");
    for (int i = 0; i < references.size(); i++) {
      code.visitInsn(Opcodes.DUP);
      code.visitIntInsn(Opcodes.BIPUSH, i);
      code.visitVarInsn(Opcodes.ALOAD, references.get(i));
      code.visitInsn(Opcodes.AASTORE);
    }
  }

  private static Object primitive(Type type) {
    return switch (type.getSort()) {
      case Type.LONG -> Opcodes.LONG;
      case Type.FLOAT -> Opcodes.FLOAT;
      case Type.DOUBLE -> Opcodes.DOUBLE;
      default -> Opcodes.INTEGER;
    };
  }
}
