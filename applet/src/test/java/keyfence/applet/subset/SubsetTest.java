// The applet's classes keep to the Java Card subset, and the check that says so can fail.
package keyfence.applet.subset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import keyfence.testkit.Compiled;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class SubsetTest {
  static final String PACKAGE = "keyfence/applet";
  private static final Path SAMPLES = Path.of("src/test/subset");
  private static final Path SOURCES = Path.of("src/main/java").resolve(PACKAGE);

  /** The class files that the applet's build has made. */
  static List<byte[]> appletClasses()
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path classes =
        Path.of(
            Class.forName("keyfence.applet.PolicyStore")
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    List<byte[]> files = new ArrayList<>();
    try (var found = Files.list(classes.resolve(PACKAGE))) {
      for (Path file : found.filter(path -> path.toString().endsWith(".class")).toList()) {
        files.add(Files.readAllBytes(file));
      }
    }
    assertFalse(files.isEmpty(), "no compiled classes in " + classes);
    return files;
  }

  @Test
  void theAppletKeepsToTheSubset() throws Exception {
    List<Violation> violations = SubsetChecker.check(PACKAGE, appletClasses());
    assertTrue(violations.isEmpty(), () -> lines(violations));
  }

  /**
   * Kits 3.0.5 take Java 7 class files, so the source has to be Java 7. JDK 20 has dropped that.
   */
  @Test
  void theAppletIsJava7() throws Exception {
    Assumptions.assumeTrue(Runtime.version().feature() < 20);
    Map<String, String> sources = new HashMap<>();
    try (var files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    List<String> options = List.of("-source", "7", "-target", "7", "-nowarn", "-Xlint:none");
    assertFalse(Compiled.with(options, sources).isEmpty());
  }

  @TestFactory
  Collection<DynamicTest> eachViolationIsCaughtWhereItIs() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Sample sample : Sample.in(SAMPLES.resolve("bad"))) {
      tests.add(
          dynamicTest(
              sample.name(),
              () -> {
                assertFalse(sample.expected().isEmpty(), "a bad sample has to expect something");
                List<Violation> violations = SubsetChecker.check("sample", sample.compile("-g"));
                Set<String> reported = new TreeSet<>();
                for (Violation violation : violations) {
                  String at = violation.rule() + ":" + violation.line();
                  if (sample.expected().contains(at) || !sample.also().contains(violation.rule())) {
                    reported.add(at);
                  }
                  assertTrue(violation.className().startsWith("sample/"), violation::toString);
                }
                assertEquals(sample.expected(), reported, () -> lines(violations));
              }));
    }
    return tests;
  }

  @TestFactory
  Collection<DynamicTest> whatIsFinePasses() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Sample sample : Sample.in(SAMPLES.resolve("good"))) {
      tests.add(
          dynamicTest(
              sample.name(),
              () -> {
                List<Violation> violations = SubsetChecker.check("sample", sample.compile("-g"));
                assertTrue(violations.isEmpty(), () -> lines(violations));
              }));
    }
    return tests;
  }

  @Test
  void codeWithoutTablesOfLocalsIsRefused() throws IOException {
    for (Sample sample : Sample.in(SAMPLES.resolve("good"))) {
      if (sample.name().equals("Arithmetic.java")) {
        assertTrue(rules(SubsetChecker.check("sample", sample.compile("-g:none"))).contains("R2"));
        return;
      }
    }
    throw new AssertionError("the sample is gone");
  }

  // What no compiler of today makes, or only from a source of absurd size, is made here.

  @Test
  void subroutinesAreCaught() {
    assertCaught(
        "R6",
        code -> {
          Label subroutine = new Label();
          code.visitJumpInsn(Opcodes.JSR, subroutine);
          code.visitInsn(Opcodes.RETURN);
          code.visitLabel(subroutine);
          code.visitVarInsn(Opcodes.ASTORE, 1);
          code.visitVarInsn(Opcodes.RET, 1);
        });
  }

  @Test
  void wideLocalsAreCaught() {
    assertCaught(
        "R6",
        code -> {
          code.visitInsn(Opcodes.ICONST_0);
          code.visitVarInsn(Opcodes.ISTORE, 256);
          code.visitInsn(Opcodes.RETURN);
        });
  }

  @Test
  void longMethodsAreCaught() {
    Consumer<MethodVisitor> nops =
        code -> {
          for (int i = 0; i < 32767; i++) {
            code.visitInsn(Opcodes.NOP);
          }
          code.visitInsn(Opcodes.RETURN);
        };
    assertCaught("R10", nops);
  }

  @Test
  void strictfpIsCaught() {
    assertTrue(
        rules(
                SubsetChecker.check(
                    "sample",
                    List.of(generate(Opcodes.ACC_STRICT, code -> code.visitInsn(Opcodes.RETURN)))))
            .contains("R4"));
  }

  @Test
  void manyMethodsAreCaughtInheritedOnesIncluded() {
    for (int access : new int[] {Opcodes.ACC_PUBLIC, Opcodes.ACC_PROTECTED, 0}) {
      byte[] parent = withMethods("sample/Parent", "java/lang/Object", access, "a", 100);
      byte[] fits = withMethods("sample/Child", "sample/Parent", access, "b", 28);
      byte[] tooMany = withMethods("sample/Child", "sample/Parent", access, "b", 29);
      assertEquals(Set.of(), rules(SubsetChecker.check("sample", List.of(parent, fits))));
      assertEquals(Set.of("R10"), rules(SubsetChecker.check("sample", List.of(parent, tooMany))));
    }
  }

  @Test
  void manyClassesAndForeignPackagesAreCaught() {
    List<byte[]> classes = new ArrayList<>();
    for (int i = 0; i < 255; i++) {
      classes.add(withMethods("sample/C" + i, "java/lang/Object", 0, "a", 0));
    }
    assertEquals(Set.of(), rules(SubsetChecker.check("sample", classes)));
    classes.add(withMethods("sample/C255", "java/lang/Object", 0, "a", 0));
    assertEquals(Set.of("R1"), rules(SubsetChecker.check("sample", classes)));
    assertEquals(Set.of("R1"), rules(SubsetChecker.check("other", classes.subList(0, 1))));
  }

  private static void assertCaught(String rule, Consumer<MethodVisitor> code) {
    List<Violation> violations = SubsetChecker.check("sample", List.of(generate(0, code)));
    assertTrue(rules(violations).contains(rule), () -> lines(violations));
  }

  private static byte[] generate(int access, Consumer<MethodVisitor> code) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        Opcodes.V1_5,
        Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
        "sample/Generated",
        null,
        "java/lang/Object",
        null);
    MethodVisitor method =
        writer.visitMethod(Opcodes.ACC_STATIC | access, "run", "()V", null, null);
    method.visitCode();
    code.accept(method);
    method.visitMaxs(0, 0);
    method.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }

  private static byte[] withMethods(
      String name, String parent, int access, String prefix, int count) {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(Opcodes.V1_5, Opcodes.ACC_ABSTRACT | Opcodes.ACC_SUPER, name, null, parent, null);
    for (int i = 0; i < count; i++) {
      writer.visitMethod(access | Opcodes.ACC_ABSTRACT, prefix + i, "()V", null, null).visitEnd();
    }
    writer.visitEnd();
    return writer.toByteArray();
  }

  private static Set<String> rules(List<Violation> violations) {
    Set<String> rules = new TreeSet<>();
    violations.forEach(violation -> rules.add(violation.rule()));
    return rules;
  }

  private static String lines(List<Violation> violations) {
    StringBuilder lines = new StringBuilder("violations:");
    violations.forEach(violation -> lines.append('\n').append(violation));
    return lines.toString();
  }
}
