package keyfence.simulator.instrument;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.LocalVariablesSorter;

/**
 * Keeps the depth of the call chain: entering a method adds its frame, each way out and each
 * handler sets the depth back to what it was. The earlier depth is in a local variable, so that no
 * handler of ours surrounds the method.
 */
final class CallDepthInserter extends LocalVariablesSorter {
  private static final String OWNER = Instrumenter.HOOKS + "CallHooks";

  private final boolean constructor;
  private final int frameBytes;
  private final Set<Label> handlers = new HashSet<>();
  private int saved = -1;
  private boolean atHandler;

  CallDepthInserter(
      int access, String descriptor, MethodVisitor out, String method, int frameBytes) {
    super(Opcodes.ASM9, access, descriptor, out);
    this.constructor = method.equals("<init>");
    this.frameBytes = frameBytes;
  }

  @Override
  public void visitCode() {
    super.visitCode();
    saved = newLocal(Type.INT_TYPE);
    mv.visitIntInsn(Opcodes.SIPUSH, Math.min(frameBytes, Short.MAX_VALUE));
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, OWNER, "enter", "(I)I", false);
    mv.visitVarInsn(Opcodes.ISTORE, saved);
  }

  @Override
  public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
    handlers.add(handler);
    super.visitTryCatchBlock(start, end, handler, type);
  }

  @Override
  public void visitLabel(Label label) {
    super.visitLabel(label);
    atHandler |= handlers.contains(label);
  }

  @Override
  public void visitFrame(int type, int locals, Object[] local, int stack, Object[] stacks) {
    super.visitFrame(type, locals, local, stack, stacks);
    restoreAtHandler();
  }

  private void restoreAtHandler() {
    if (atHandler && !constructor) {
      atHandler = false;
      mv.visitVarInsn(Opcodes.ILOAD, saved);
      mv.visitIntInsn(Opcodes.SIPUSH, Math.min(frameBytes, Short.MAX_VALUE));
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, OWNER, "caught", "(II)V", false);
    }
    atHandler = false;
  }

  @Override
  public void visitInsn(int opcode) {
    if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
      mv.visitVarInsn(Opcodes.ILOAD, saved);
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, OWNER, "leave", "(I)V", false);
    }
    super.visitInsn(opcode);
  }
}
