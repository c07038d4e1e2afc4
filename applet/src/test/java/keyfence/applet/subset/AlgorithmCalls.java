// Every algorithm, key type and key pair that the applet asks the platform for.
package keyfence.applet.subset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SourceInterpreter;
import org.objectweb.asm.tree.analysis.SourceValue;

/**
 * API constants are inlined, so bytecode doesn't show which algorithms are asked for by name. This
 * lists the calls with their constants and compares them with what every Keycard-class card has.
 */
final class AlgorithmCalls {
  private static final String SECURITY = "javacard/security/";

  /** What each call may ask for: class and method, then the constants before the sharing flag. */
  private static final Map<String, Set<List<Integer>>> EVERYWHERE =
      Map.of(
          // SHA-256, SHA-512
          SECURITY + "MessageDigest.getInstance",
          Set.of(List.of(4), List.of(6)),
          // AES CBC without padding and with ISO 9797 method 2
          "javacardx/crypto/Cipher.getInstance",
          Set.of(List.of(13), List.of(23)),
          // AES MAC 128 without padding, ECDSA with SHA-256
          SECURITY + "Signature.getInstance",
          Set.of(List.of(18), List.of(33)),
          // plain X, plain XY
          SECURITY + "KeyAgreement.getInstance",
          Set.of(List.of(3), List.of(6)),
          // secure random
          SECURITY + "RandomData.getInstance",
          Set.of(List.of(2)),
          // EC over a prime field, 256 bits, public and private; AES-256, persistent or of either
          // transient kind
          SECURITY + "KeyBuilder.buildKey",
          Set.of(
              List.of(11, 256),
              List.of(12, 256),
              List.of(15, 256),
              List.of(13, 256),
              List.of(14, 256)),
          // EC over a prime field, 256 bits
          SECURITY + "KeyPair.<init>",
          Set.of(List.of(5, 256)));

  /** What only some cards have: where CryptoException is caught, so that another way is taken. */
  private static final Map<String, Set<Integer>> SOMEWHERE =
      Map.of(
          // HMAC-SHA-512
          SECURITY + "Signature.getInstance", Set.of(27),
          // HMAC keys, persistent or of either transient kind, of any length
          SECURITY + "KeyBuilder.buildKey", Set.of(19, 20, 21));

  private final ClassNode owner;
  private final MethodNode method;
  private final List<String> refused;
  private final List<String> seen;

  private AlgorithmCalls(
      ClassNode owner, MethodNode method, List<String> refused, List<String> seen) {
    this.owner = owner;
    this.method = method;
    this.refused = refused;
    this.seen = seen;
  }

  /**
   * Looks at all classes.
   *
   * @param seen gets a line for each call
   * @return a line for each call that some cards can't answer, or whose constant isn't one
   */
  static List<String> refused(List<byte[]> classFiles, List<String> seen) throws AnalyzerException {
    List<String> refused = new ArrayList<>();
    for (byte[] bytes : classFiles) {
      ClassNode node = new ClassNode();
      new ClassReader(bytes).accept(node, 0);
      for (MethodNode method : node.methods) {
        new AlgorithmCalls(node, method, refused, seen).look();
      }
    }
    return refused;
  }

  private void look() throws AnalyzerException {
    Frame<SourceValue>[] frames =
        new Analyzer<>(new SourceInterpreter()).analyze(owner.name, method);
    int line = 0;
    for (int i = 0; i < frames.length; i++) {
      AbstractInsnNode insn = method.instructions.get(i);
      if (insn instanceof LineNumberNode number) {
        line = number.line;
      }
      if (insn instanceof MethodInsnNode call && frames[i] != null) {
        lookAt(call, frames[i], owner.name + "." + method.name + ":" + line);
      }
    }
  }

  private void lookAt(MethodInsnNode call, Frame<SourceValue> frame, String where) {
    String name = call.owner + "." + call.name;
    boolean asks =
        call.owner.startsWith("javacard")
            && (call.name.startsWith("get") && call.name.endsWith("Instance")
                || call.name.startsWith("buildKey")
                || name.equals(SECURITY + "KeyPair.<init>"));
    if (!asks) {
      return;
    }
    List<Integer> constants = new ArrayList<>();
    Type[] arguments = Type.getArgumentTypes(call.desc);
    boolean shared = false;
    for (int i = 0; i < arguments.length; i++) {
      SourceValue value = frame.getStack(frame.getStackSize() - arguments.length + i);
      if (arguments[i].getSort() == Type.OBJECT) {
        continue; // a key pair of keys that were built elsewhere
      }
      Integer constant = value.insns.size() == 1 ? constant(value.insns.iterator().next()) : null;
      if (constant == null) {
        refused.add(where + ": " + name + " with something else than a constant");
        return;
      }
      if (arguments[i].getSort() == Type.BOOLEAN) {
        shared = constant != 0;
      } else {
        constants.add(constant);
      }
    }
    String line = where + ": " + name + constants;
    seen.add(line);
    boolean ofKeys = constants.isEmpty() && call.name.equals("<init>");
    boolean everywhere = EVERYWHERE.getOrDefault(name, Set.of()).contains(constants);
    boolean somewhere =
        !constants.isEmpty()
            && SOMEWHERE.getOrDefault(name, Set.of()).contains(constants.get(0))
            && isCaught(call);
    if (shared || !ofKeys && !everywhere && !somewhere) {
      refused.add(line);
    }
  }

  private boolean isCaught(AbstractInsnNode insn) {
    int at = method.instructions.indexOf(insn);
    for (TryCatchBlockNode block : method.tryCatchBlocks) {
      if ((SECURITY + "CryptoException").equals(block.type)
          && method.instructions.indexOf(block.start) <= at
          && at < method.instructions.indexOf(block.end)) {
        return true;
      }
    }
    return false;
  }

  private static Integer constant(AbstractInsnNode insn) {
    int opcode = insn.getOpcode();
    if (insn instanceof InsnNode && opcode >= Opcodes.ICONST_M1 && opcode <= Opcodes.ICONST_5) {
      return opcode - Opcodes.ICONST_0;
    }
    if (insn instanceof IntInsnNode push
        && (opcode == Opcodes.BIPUSH || opcode == Opcodes.SIPUSH)) {
      return push.operand;
    }
    return insn instanceof LdcInsnNode load && load.cst instanceof Integer number ? number : null;
  }
}
