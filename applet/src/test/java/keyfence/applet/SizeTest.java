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
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Measured on the class files, as no converter is at hand: load data as bytes of code and
 * constants, the call chain as words of stack and locals of each frame, without the platform's own
 * overhead.
 */
class SizeTest {
  /**
   * Estimated. The aim, 16 KB, is missed: with policy, update and many-path export the package is
   * larger; it must not grow.
   */
  private static final int MAX_LOAD_DATA = 22 * 1024;

  private static final int MAX_CALL_CHAIN = 320;

  /** Header, directory, import and applet components. */
  private static final int HEADERS = 120;

  private static final Map<String, MethodNode> METHODS = new HashMap<>();
  private static final Map<String, Integer> CLASSES = new TreeMap<>();
  private static final Set<String> CONSTANTS = new HashSet<>();
  private static int code;
  private static int references;
  private static int classComponent;

  @BeforeAll
  static void readClasses() throws IOException {
    Path classes =
        Path.of(SizeTest.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (Stream<Path> files = Files.walk(classes.resolveSibling("classes"))) {
      files.filter(f -> f.toString().endsWith(".class")).forEach(SizeTest::read);
    }
  }

  private static void read(Path file) {
    try {
      ClassNode node = new ClassNode();
      new ClassReader(Files.readAllBytes(file)).accept(node, ClassReader.SKIP_DEBUG);
      classComponent += 12;
      for (MethodNode method : node.methods) {
        METHODS.put(node.name + "." + method.name + method.desc, method);
        int length = length(method);
        code += length;
        CLASSES.merge(node.name, length, Integer::sum);
        boolean isVirtual = (method.access & (Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE)) == 0;
        classComponent += isVirtual && !method.name.equals("<init>") ? 2 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Bytes of a method in the Java Card encoding: header, exception handlers, and instructions as
   * the converter writes them. It needs no i2s after short arithmetic, has one instruction for a
   * field of this and one for {@code i++}. Arrays of constants in a static initialiser are data
   * there, a byte each and a header of 3.
   */
  private static int length(MethodNode method) {
    boolean initialiser = method.name.equals("<clinit>");
    int bytes = method.maxLocals > 15 || method.maxStack > 15 ? 4 : 2;
    bytes += 8 * method.tryCatchBlocks.size();
    List<AbstractInsnNode> code = new ArrayList<>();
    for (AbstractInsnNode node : method.instructions) {
      if (node.getOpcode() >= 0 && node.getOpcode() != Opcodes.I2S) {
        code.add(node);
      }
    }
    for (int i = 0; i < code.size(); i++) {
      AbstractInsnNode node = code.get(i);
      if (initialiser) {
        bytes +=
            node.getOpcode() == Opcodes.BASTORE ? 1 : node.getOpcode() == Opcodes.NEWARRAY ? 3 : 0;
      } else if (isIncrement(code, i)) {
        bytes += 3;
        i += 3;
      } else {
        bytes += length(node, i == 0 ? null : code.get(i - 1));
        reference(node);
      }
    }
    return bytes;
  }

  /** iload x, a small constant, iadd or isub, istore x. */
  private static boolean isIncrement(List<AbstractInsnNode> code, int i) {
    if (i + 3 >= code.size() || code.get(i).getOpcode() != Opcodes.ILOAD) {
      return false;
    }
    int constant = code.get(i + 1).getOpcode();
    int sum = code.get(i + 2).getOpcode();
    return (constant >= Opcodes.ICONST_M1 && constant <= Opcodes.ICONST_5
            || constant == Opcodes.BIPUSH)
        && (sum == Opcodes.IADD || sum == Opcodes.ISUB)
        && code.get(i + 3).getOpcode() == Opcodes.ISTORE
        && ((VarInsnNode) code.get(i)).var == ((VarInsnNode) code.get(i + 3)).var;
  }

  private static int length(AbstractInsnNode node, AbstractInsnNode before) {
    return switch (node.getType()) {
      case AbstractInsnNode.METHOD_INSN, AbstractInsnNode.TYPE_INSN -> 3;
      case AbstractInsnNode.FIELD_INSN -> {
        boolean isStatic =
            node.getOpcode() == Opcodes.GETSTATIC || node.getOpcode() == Opcodes.PUTSTATIC;
        boolean ofThis =
            before instanceof VarInsnNode load
                && load.var == 0
                && load.getOpcode() == Opcodes.ALOAD;
        yield isStatic ? 3 : ofThis ? 1 : 2;
      }
      case AbstractInsnNode.VAR_INSN -> ((VarInsnNode) node).var <= 3 ? 1 : 2;
      case AbstractInsnNode.JUMP_INSN -> 2;
      case AbstractInsnNode.INT_INSN -> node.getOpcode() == Opcodes.SIPUSH ? 3 : 2;
      case AbstractInsnNode.LOOKUPSWITCH_INSN ->
          5 + 4 * ((LookupSwitchInsnNode) node).labels.size();
      case AbstractInsnNode.TABLESWITCH_INSN -> 7 + 2 * ((TableSwitchInsnNode) node).labels.size();
      default -> 1;
    };
  }

  /** Notes an entry of the constant pool and a place that refers to it. */
  private static void reference(AbstractInsnNode node) {
    String entry = null;
    if (node instanceof MethodInsnNode call) {
      entry = call.owner + "." + call.name + call.desc;
    } else if (node instanceof FieldInsnNode field) {
      entry = field.owner + "." + field.name;
    } else if (node instanceof TypeInsnNode type) {
      entry = type.desc;
    }
    if (entry != null) {
      CONSTANTS.add(entry);
      references++;
    }
  }

  private static int frame(MethodNode method) {
    return 2 * (method.maxLocals + method.maxStack);
  }

  private static List<String> deepest(
      String method, Deque<String> above, Map<String, List<String>> known) {
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
    int constants = 4 * CONSTANTS.size();
    int total = code + constants + references + classComponent + HEADERS;
    System.out.printf(
        "load data, estimated: %d (code %d, constants %d, references %d, classes %d)%n%s%n",
        total, code, constants, references, classComponent, CLASSES);
    assertTrue(total > 4000 && total < MAX_LOAD_DATA, "load data: " + total);
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
