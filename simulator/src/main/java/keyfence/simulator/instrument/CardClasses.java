package keyfence.simulator.instrument;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The classes that are instrumented together: who extends whom, who declares what, how large each
 * frame is.
 */
public final class CardClasses {
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, Info> infos = new HashMap<>();

  private static final class Info {
    String superName;
    int fieldBytes;
    final Map<String, Integer> frameBytes = new LinkedHashMap<>();
  }

  /** Adds one class file. */
  public void add(byte[] file) {
    ClassReader reader = new ClassReader(file);
    Info info = new Info();
    info.superName = reader.getSuperName();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public FieldVisitor visitField(
              int access, String name, String descriptor, String signature, Object value) {
            if ((access & Opcodes.ACC_STATIC) == 0) {
              info.fieldBytes += BridgeWriter.fieldBytes(descriptor);
            }
            return null;
          }

          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] ex) {
            info.frameBytes.put(name + descriptor, 0);
            return new MethodVisitor(Opcodes.ASM9) {
              @Override
              public void visitMaxs(int stack, int locals) {
                info.frameBytes.put(name + descriptor, 2 * (stack + locals));
              }
            };
          }
        },
        ClassReader.SKIP_FRAMES | ClassReader.SKIP_DEBUG);
    files.put(reader.getClassName(), file);
    infos.put(reader.getClassName(), info);
  }

  /** The class files by internal name. */
  public Map<String, byte[]> files() {
    return files;
  }

  /** Whether a class is among these. */
  boolean contains(String name) {
    return infos.containsKey(name);
  }

  /**
   * Bytes of a method's frame as a 16-bit machine counts them: two for each local and each operand
   * slot. Return address and frame header are the virtual machine's own and not counted.
   */
  int frameBytes(String owner, String method) {
    return infos.get(owner).frameBytes.getOrDefault(method, 0);
  }

  /**
   * Bytes of an object's fields, those inherited from the card's classes included; unknown classes
   * count nothing.
   */
  int objectBytes(String name) {
    int bytes = 0;
    for (Info info = infos.get(name); info != null; info = infos.get(info.superName)) {
      bytes += info.fieldBytes;
    }
    return bytes;
  }

  /**
   * The API class that a call goes to when none of these classes declares the method; else the
   * owner itself.
   */
  String apiOwner(String owner, String method) {
    String name = owner;
    while (infos.containsKey(name)) {
      Info info = infos.get(name);
      if (info.frameBytes.containsKey(method)) {
        return owner;
      }
      name = info.superName;
    }
    return Instrumenter.isApi(name) ? name : owner;
  }
}
