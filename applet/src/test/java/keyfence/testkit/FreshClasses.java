// A class loader that gives each simulated card applet classes, and so statics, of its own.
package keyfence.testkit;

import java.io.IOException;
import java.io.InputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** On a card the package's statics are the card's; in one JVM they'd be shared by all cards. */
public final class FreshClasses extends ClassLoader {
  private static final String PREFIX = "keyfence.applet.";

  private final boolean hmac;

  /** With hmac false, getInstance(ALG_HMAC_SHA_512) fails as on a card that lacks it. */
  public FreshClasses(boolean hmac) {
    super(FreshClasses.class.getClassLoader());
    this.hmac = hmac;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PREFIX)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream in = getParent().getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = in.readAllBytes();
      if (!hmac && name.equals(PREFIX + "HmacSha512")) {
        code = withoutHmac(code);
      }
      return defineClass(name, code, 0, code.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** Asks for algorithm 127, which nobody has, wherever a Signature is asked for. */
  private static byte[] withoutHmac(byte[] code) {
    ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    new ClassReader(code)
        .accept(
            new ClassVisitor(Opcodes.ASM9, out) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String descriptor, String signature, String[] thrown) {
                MethodVisitor next = super.visitMethod(access, name, descriptor, signature, thrown);
                return new MethodVisitor(Opcodes.ASM9, next) {
                  @Override
                  public void visitMethodInsn(
                      int op, String owner, String method, String desc, boolean itf) {
                    if (owner.equals("javacard/security/Signature")
                        && method.equals("getInstance")) {
                      super.visitInsn(Opcodes.POP2);
                      super.visitIntInsn(Opcodes.BIPUSH, 127);
                      super.visitInsn(Opcodes.ICONST_0);
                    }
                    super.visitMethodInsn(op, owner, method, desc, itf);
                  }
                };
              }
            },
            0);
    return out.toByteArray();
  }
}
