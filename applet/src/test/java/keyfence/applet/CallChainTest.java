// The deepest call chain: what the stack of the cards that run the reference applet holds.
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Over all paths through the calls, as words of stack and locals of each frame, without the
 * platform's own overhead.
 */
class CallChainTest {
  private static final int MAX_CALL_CHAIN = 320;

  private static final Map<String, MethodNode> METHODS = new HashMap<>();

  @BeforeAll
  static void readClasses() throws IOException {
    Path classes =
        Path.of(CallChainTest.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (Stream<Path> files = Files.walk(classes.resolveSibling("classes"))) {
      files.filter(f -> f.toString().endsWith(".class")).forEach(CallChainTest::read);
    }
  }

  private static void read(Path file) {
    try {
      ClassNode node = new ClassNode();
      new ClassReader(Files.readAllBytes(file)).accept(node, ClassReader.SKIP_DEBUG);
      for (MethodNode method : node.methods) {
        METHODS.put(node.name + "." + method.name + method.desc, method);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
