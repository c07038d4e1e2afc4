package keyfence.simulator.instrument;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Replaces, in one method, the instructions that write, allocate or call the API. */
final class CardMethodInserter extends MethodVisitor {
  private static final String MEMORY = Instrumenter.HOOKS + "MemoryHooks";

  private final CardClasses classes;
  private final BridgeWriter bridges;
  private final String owner;
  private final boolean constructor;

  CardMethodInserter(
      MethodVisitor out, CardClasses classes, BridgeWriter bridges, String owner, String method) {
    super(Opcodes.ASM9, out);
    this.classes = classes;
    this.bridges = bridges;
    this.owner = owner;
    this.constructor = method.equals("<init>");
  }

  @Override
  public void visitInsn(int opcode) {
    switch (opcode) {
      case Opcodes.BASTORE -> hook("storeByte", "(Ljava/lang/Object;II)V");
      case Opcodes.SASTORE -> hook("storeShort", "([SII)V");
      case Opcodes.IASTORE -> hook("storeInt", "([III)V");
      case Opcodes.AASTORE -> hook("storeReference", "([Ljava/lang/Object;ILjava/lang/Object;)V");
      default -> super.visitInsn(opcode);
    }
  }

  private void hook(String name, String descriptor) {
    super.visitMethodInsn(Opcodes.INVOKESTATIC, MEMORY, name, descriptor, false);
  }

  @Override
  public void visitFieldInsn(int opcode, String fieldOwner, String name, String descriptor) {
    boolean write = opcode == Opcodes.PUTSTATIC || (opcode == Opcodes.PUTFIELD && !constructor);
    if (write && classes.contains(fieldOwner)) {
      bridges.callSetter(mv, opcode, fieldOwner, name, descriptor);
    } else {
      super.visitFieldInsn(opcode, fieldOwner, name, descriptor);
    }
  }

  @Override
  public void visitIntInsn(int opcode, int operand) {
    if (opcode == Opcodes.NEWARRAY) {
      int width =
          operand == Opcodes.T_BYTE || operand == Opcodes.T_BOOLEAN
              ? 1
              : operand == Opcodes.T_INT ? 4 : 2;
      arrayAllocation(width);
    }
    super.visitIntInsn(opcode, operand);
  }

  @Override
  public void visitTypeInsn(int opcode, String type) {
    if (opcode == Opcodes.ANEWARRAY) {
      arrayAllocation(2);
    }
    super.visitTypeInsn(opcode, type);
    if (opcode == Opcodes.NEW) {
      // After the instruction: the frames name it by its place.
      super.visitLdcInsn(type);
      super.visitLdcInsn(classes.objectBytes(type));
      super.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          Instrumenter.HOOKS + "SystemHooks",
          "newObject",
          "(Ljava/lang/String;I)V",
          false);
    }
  }

  private void arrayAllocation(int width) {
    super.visitInsn(Opcodes.DUP);
    super.visitInsn(Opcodes.ICONST_0 + width);
    super.visitMethodInsn(
        Opcodes.INVOKESTATIC, Instrumenter.HOOKS + "SystemHooks", "newArray", "(II)V", false);
  }

  @Override
  public void visitMethodInsn(
      int opcode, String callOwner, String name, String descriptor, boolean isInterface) {
    String api = classes.apiOwner(callOwner, name + descriptor);
    boolean superCall = opcode == Opcodes.INVOKESPECIAL;
    if (superCall || !Instrumenter.isApi(api)) {
      super.visitMethodInsn(opcode, callOwner, name, descriptor, isInterface);
      return;
    }
    RedirectTable.Target target = RedirectTable.find(api, name, descriptor);
    if (target != null) {
      super.visitMethodInsn(
          Opcodes.INVOKESTATIC, target.owner(), target.name(), target.descriptor(), false);
    } else if (needsBridge(opcode, api, descriptor)) {
      bridges.callApi(mv, opcode, callOwner, name, descriptor, isInterface);
    } else {
      super.visitMethodInsn(opcode, callOwner, name, descriptor, isInterface);
    }
  }

  /**
   * Calls that may write to what persists: those that get an array, and any on a PIN, a key or a
   * key pair.
   */
  private static boolean needsBridge(int opcode, String api, String descriptor) {
    if (api.equals("javacard/framework/Applet") || api.equals("javacard/framework/APDU")) {
      return false;
    }
    if (opcode != Opcodes.INVOKESTATIC && isStateful(api)) {
      return true;
    }
    for (Type argument : Type.getArgumentTypes(descriptor)) {
      if (argument.getSort() == Type.ARRAY) {
        return true;
      }
    }
    return false;
  }

  private static boolean isStateful(String api) {
    String simple = api.substring(api.lastIndexOf('/') + 1);
    return simple.endsWith("PIN")
        || simple.endsWith("Key")
        || simple.equals("KeyPair")
        || simple.startsWith("OwnerPIN");
  }
}
