// Sizes: what has to fit into the class of cards that runs the reference applet.
package keyfence.applet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Measured on the class files, as no converter is at hand: load data as bytes of code and constants, the call chain as
 * words of stack and locals of each frame, without the platform's own overhead.
 */
class SizeTest {
  private static final int MAX_LOAD_DATA = 16 * 1024;
  private static final int MAX_CALL_CHAIN = 320;

  private static final Map<String, MethodNode> METHODS = new HashMap<>();
  private static final Map<String, Integer> CLASSES = new TreeMap<>();
  private static int code;

  @BeforeAll
  static void readClasses() throws IOException {
    Path classes = Path.of(SizeTest.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (Stream<Path> files = Files.walk(classes.resolveSibling("classes"))) {
      files.filter(f -> f.toString().endsWith(".class")).forEach(SizeTest::read);
    }
  }

  private static void read(Path file) {
    try {
      ClassNode node = new ClassNode();
      new ClassReader(Files.readAllBytes(file)).accept(node, ClassReader.SKIP_DEBUG);
      for (MethodNode method : node.methods) {
        METHODS.put(node.name + "." + method.name + method.desc, method);
        code += length(method);
        CLASSES.merge(node.name, length(method), Integer::sum);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Bytes of a method in the Java Card encoding: its header, and instructions as the converter writes them (it needs no
   * i2s after short arithmetic and has one instruction for a field of this). Arrays of constants in a static
   * initialiser are data there, a byte each.
   */
  private static int length(MethodNode method) {
    int bytes = 4;
    boolean initialiser = method.name.equals("<clinit>");
    AbstractInsnNode before = null;
    for (AbstractInsnNode node : method.instructions) {
      if (initialiser) {
        bytes += node.getOpcode() == Opcodes.BASTORE ? 1 : 0;
        continue;
      }
      switch (node.getType()) {
        case AbstractInsnNode.LABEL, AbstractInsnNode.LINE, AbstractInsnNode.FRAME -> {
          continue;
        }
        case AbstractInsnNode.METHOD_INSN -> bytes += 3;
        case AbstractInsnNode.TYPE_INSN -> bytes += 3;
        case AbstractInsnNode.FIELD_INSN -> {
          boolean ofThis = before instanceof VarInsnNode load && load.var == 0 && load.getOpcode() == Opcodes.ALOAD;
          boolean isStatic = node.getOpcode() == Opcodes.GETSTATIC || node.getOpcode() == Opcodes.PUTSTATIC;
          bytes += isStatic ? 3 : ofThis ? 1 : 2;
        }
        case AbstractInsnNode.VAR_INSN -> bytes += ((VarInsnNode) node).var <= 3 ? 1 : 2;
        case AbstractInsnNode.JUMP_INSN -> bytes += 2;
        case AbstractInsnNode.INT_INSN -> bytes += node.getOpcode() == Opcodes.SIPUSH ? 3 : 2;
        case AbstractInsnNode.LOOKUPSWITCH_INSN -> bytes += 5 + 4 * ((LookupSwitchInsnNode) node).labels.size();
        case AbstractInsnNode.TABLESWITCH_INSN -> bytes += 7 + 2 * ((TableSwitchInsnNode) node).labels.size();
        default -> bytes += node.getOpcode() == Opcodes.I2S ? 0 : 1;
      }
      before = node;
    }
    return bytes;
  }

  private static int frame(MethodNode method) {
    return 2 * (method.maxLocals + method.maxStack);
  }

  private static List<String> deepest(String method, Deque<String> above, Map<String, List<String>> known) {
    if (known.containsKey(method)) {
      return known.get(method);
    }
    assertTrue(!above.contains(method), "no recursion: " + method);
    above.push(method);
    List<String> best = List.of();
    for (String callee : callees(METHODS.get(method))) {
      List<String> chain = deepest(callee, above, known);
      if (bytes(chain) > bytes(best)) {
        best = chain;
      }
    }
    above.pop();
    List<String> chain = new ArrayList<>(List.of(method));
    chain.addAll(best);
    known.put(method, chain);
    return chain;
  }

  private static Set<String> callees(MethodNode method) {
    Set<String> callees = new HashSet<>();
    for (AbstractInsnNode node : method.instructions) {
      if (node instanceof MethodInsnNode call && node.getOpcode() != Opcodes.INVOKEINTERFACE) {
        String name = call.owner + "." + call.name + call.desc;
        if (METHODS.containsKey(name)) {
          callees.add(name);
        }
      }
    }
    return callees;
  }

  private static int bytes(List<String> chain) {
    return chain.stream().mapToInt(m -> frame(METHODS.get(m))).sum();
  }

  @Test
  void loadData() {
    System.out.println("code, estimated: " + code + " bytes, " + METHODS.size() + " methods: " + CLASSES);
    assertTrue(code > 4000 && code < MAX_LOAD_DATA, "code: " + code);
  }

  @Test
  void callChain() {
    Map<String, List<String>> known = new HashMap<>();
    List<String> worst = List.of();
    for (String method : METHODS.keySet()) {
      if (method.contains(".process(Ljavacard/framework/APDU;)")) {
        List<String> chain = deepest(method, new ArrayDeque<>(), known);
        worst = bytes(chain) > bytes(worst) ? chain : worst;
      }
    }
    System.out.println("deepest call chain: " + bytes(worst) + " bytes in " + worst);
    assertEquals("keyfence/applet/KeycardApplet.process(Ljavacard/framework/APDU;)V", worst.get(0));
    assertTrue(bytes(worst) <= MAX_CALL_CHAIN, "call chain: " + worst);
  }
}
