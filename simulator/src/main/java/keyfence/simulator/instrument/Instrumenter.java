package keyfence.simulator.instrument;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Turns a card's class file into one whose persistent writes, allocations, calls and use of the API
 * go through the simulator's hooks. The source knows nothing of it: only the card's own classes
 * change, none of jCardSim's.
 */
public final class Instrumenter {
  static final String HOOKS = "keyfence/simulator/hooks/";

  private final CardClasses classes;

  /** An instrumenter for classes that run together on one card. */
  public Instrumenter(CardClasses classes) {
    this.classes = classes;
  }

  /** The instrumented form of a class. */
  public byte[] instrument(String name) {
    ClassReader reader = new ClassReader(classes.files().get(name));
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    BridgeWriter bridges = new BridgeWriter(name, writer);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String method, String descriptor, String signature, String[] ex) {
            MethodVisitor out = super.visitMethod(access, method, descriptor, signature, ex);
            if ((access & Opcodes.ACC_ABSTRACT) != 0) {
              return out;
            }
            boolean initialiser = method.equals("<clinit>");
            if (initialiser) {
              return out;
            }
            int frame = classes.frameBytes(name, method + descriptor);
            MethodVisitor depth = new CallDepthInserter(access, descriptor, out, method, frame);
            return new CardMethodInserter(depth, classes, bridges, name, method);
          }

          @Override
          public void visitEnd() {
            bridges.write();
            super.visitEnd();
          }
        },
        ClassReader.EXPAND_FRAMES);
    return writer.toByteArray();
  }

  /** Whether a class belongs to the Java Card API. */
  static boolean isApi(String internalName) {
    return internalName.startsWith("javacard/") || internalName.startsWith("javacardx/");
  }
}
