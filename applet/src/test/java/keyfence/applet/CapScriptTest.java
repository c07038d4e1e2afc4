// scripts/cap.sh with kits that are made here: what it asks of a kit, what it believes, and what it
// passes on.
package keyfence.applet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javacard.framework.Util;
import keyfence.testkit.Compiled;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapScriptTest {
  private static final Path SCRIPT = Path.of("../scripts/cap.sh");

  /** Behaves as FAKE_KIT says, and prints its arguments and properties as a log would have them. */
  private static final String CONVERTER =
      """
      package com.sun.javacard.converter;
      import java.io.File;
      import java.io.FileOutputStream;
      public class Main {
        public static void main(String[] a) throws Exception {
          System.out.println("converter home=" + System.getProperty("jc.home"));
          for (int i = 0; i < a.length; i++) System.out.println("converter argument " + a[i]);
          String fake = "" + System.getenv("FAKE_KIT");
          if (!fake.equals("no-cap")) {
            File dir = new File(a[java.util.Arrays.asList(a).indexOf("-d") + 1], "keyfence/applet/javacard");
            dir.mkdirs();
            java.util.zip.ZipOutputStream cap =
                new java.util.zip.ZipOutputStream(new FileOutputStream(new File(dir, "applet.cap")));
            for (String part : new String[] {"Method", "Debug"}) {
              cap.putNextEntry(new java.util.zip.ZipEntry("keyfence/applet/javacard/" + part + ".cap"));
              cap.write(new byte[1000]);
            }
            cap.close();
            new FileOutputStream(new File(dir, "applet.exp")).close();
            FileOutputStream exp = new FileOutputStream(new File(dir, "applet.exp"));
            exp.write(1);
            exp.close();
          }
          System.out.println(
              fake.equals("errors")
                  ? "conversion completed with 10 errors and 0 warnings."
                  : "conversion completed with 0 errors and 0 warnings.");
        }
      }
      """;

  private static final String VERIFIER =
      """
      package com.sun.javacard.offcardverifier;
      public class Verifier {
        public static void main(String[] a) {
          System.out.println("verifier home=" + System.getProperty("jc.home"));
          for (String argument : a) System.out.println("verifier argument " + argument);
          String fake = "" + System.getenv("FAKE_KIT");
          if (fake.equals("verifier-exit")) System.exit(1);
          if (!fake.equals("verifier-silent")) {
            System.out.println("Verification completed with 0 warnings and 0 errors.");
          }
        }
      }
      """;

  @TempDir Path kit;

  private record Result(int status, String output) {}

  @BeforeEach
  void needsBash() {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/bin/bash")) || Files.isExecutable(Path.of("/usr/bin/bash")));
  }

  private void makeKit(boolean exportFiles, String... sources)
      throws IOException, URISyntaxException {
    Path lib = Files.createDirectories(kit.resolve("lib"));
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(lib.resolve("tools.jar")))) {
      for (String source : sources) {
        String name = source.contains("class Main") ? "Main.java" : "Verifier.java";
        for (Map.Entry<String, byte[]> file :
            Compiled.asTheApplet(Map.of(name, source)).entrySet()) {
          jar.putNextEntry(new JarEntry(file.getKey().replace('.', '/') + ".class"));
          jar.write(file.getValue());
        }
      }
    }
    Path api = Path.of(Util.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Files.copy(api, lib.resolve(exportFiles ? "api_classic.jar" : "api_classic-3.0.4.jar"));
    Files.write(lib.resolve("api_classic_annotations.jar"), new byte[0]);
    if (!exportFiles) {
      // A later level, which must not be taken.
      Files.write(lib.resolve("api_classic-3.0.5.jar"), new byte[0]);
    } else {
      Path exports =
          Files.createDirectories(kit.resolve("api_export_files/javacard/framework/javacard"));
      Files.write(exports.resolve("framework.exp"), new byte[1]);
    }
  }

  private Result run(String behaviour) throws IOException, InterruptedException {
    return run(behaviour, kit.toString(), System.getProperty("java.home"));
  }

  private static Result run(String behaviour, String home, String javaHome)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", SCRIPT.toString()).redirectErrorStream(true);
    builder.environment().remove("JC_HOME");
    if (home != null) {
      builder.environment().put("JC_HOME", home);
    }
    builder.environment().put("JAVA_HOME", javaHome);
    builder.environment().put("FAKE_KIT", behaviour);
    // Short-lived compilers start faster so; and the script has to get along with what it prints.
    builder
        .environment()
        .put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("cap.sh doesn't end");
    }
    return new Result(process.exitValue(), output);
  }

  private static void assertRefused(int status, String why, Result result) {
    assertEquals(status, result.status, result.output);
    assertTrue(result.output.contains("make cap: ") && result.output.contains(why), result.output);
  }

  @Test
  void withoutAKitItSaysWhatItNeeds() throws Exception {
    String java = System.getProperty("java.home");
    assertRefused(2, "make cap JC_HOME=", run("", null, java));
    assertRefused(2, "has no lib directory", run("", kit.toString(), java));
    Files.createDirectories(kit.resolve("lib"));
    assertRefused(2, "no jars", run("", kit.toString(), java));
  }

  @Test
  void aKitWithoutItsToolsOrApiIsRefused() throws Exception {
    makeKit(false, CONVERTER);
    assertRefused(2, "no verifier", run(""));
    try (Stream<Path> files = Files.list(kit.resolve("lib"))) {
      for (Path file : files.filter(path -> path.toString().contains("api_classic-")).toList()) {
        Files.delete(file);
      }
    }
    assertRefused(2, "no api_classic", run(""));
  }

  @Test
  void kit251GetsATargetAndNoExportPath() throws Exception {
    makeKit(false, CONVERTER, VERIFIER);
    Result result = run("good");
    assertEquals(0, result.status, result.output);
    assertTrue(result.output.contains("kit 25.1 in "), result.output);
    assertTrue(result.output.contains("API api_classic-3.0.4.jar"), result.output);
    List<String> lines = result.output.lines().toList();
    assertTrue(lines.contains("converter home=null"));
    List<String> converter = arguments(lines, "converter");
    List<String> verifier = arguments(lines, "verifier");
    assertEquals(List.of("-target", "3.0.4", "-classdir"), converter.subList(0, 3));
    assertFalse(converter.contains("-exportpath"));
    checkApplets(converter);
    assertEquals(List.of("-target", "3.0.4"), verifier.subList(0, 2));
    assertTrue(
        verifier.get(2).endsWith("/applet.exp") && verifier.get(3).endsWith("/applet.cap"),
        result.output);
    assertEquals(4, verifier.size());
    assertEquals(52, classVersion());
    assertTrue(
        result.output.contains("load data 1000 bytes") || !result.output.contains("load data"),
        result.output);
  }

  @Test
  void kit305GetsAnExportPathAndClassFilesOfJava7() throws Exception {
    makeKit(true, CONVERTER, VERIFIER);
    Result result = run("good");
    if (Runtime.version().feature() > 19) {
      assertRefused(3, "set JAVA_HOME to JDK 8 to 19", result);
      return;
    }
    assertEquals(0, result.status, result.output);
    assertTrue(result.output.contains("kit 3.0.5 in "), result.output);
    List<String> lines = result.output.lines().toList();
    assertTrue(lines.contains("converter home=" + kit.toRealPath()), result.output);
    assertTrue(lines.contains("verifier home=" + kit.toRealPath()), result.output);
    List<String> converter = arguments(lines, "converter");
    assertEquals(
        List.of("-exportpath", kit.toRealPath() + "/api_export_files", "-classdir"),
        converter.subList(0, 3));
    assertFalse(converter.contains("-target"));
    checkApplets(converter);
    List<String> verifier = arguments(lines, "verifier");
    assertTrue(verifier.get(0).endsWith("/framework.exp"), result.output);
    assertEquals(3, verifier.size());
    assertEquals(51, classVersion());
  }

  @Test
  void whatAConverterSaysIsNotBelievedWithoutProof() throws Exception {
    makeKit(false, CONVERTER, VERIFIER);
    assertRefused(1, "the converter reported errors", run("errors"));
    assertRefused(1, "made no CAP file", run("no-cap"));
    assertRefused(1, "the verifier refused", run("verifier-exit"));
    assertRefused(1, "the verifier reported errors", run("verifier-silent"));
  }

  private static List<String> arguments(List<String> lines, String tool) {
    String start = tool + " argument ";
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .toList();
  }

  private static void checkApplets(List<String> converter) {
    String all = String.join(" ", converter);
    assertTrue(all.contains(" -out CAP EXP JCA "), all);
    assertTrue(
        all.endsWith(
            "-applet 0xA0:0x00:0x00:0x08:0x04:0x00:0x01:0x01 keyfence.applet.KeycardApplet"
                + " -applet 0xA0:0x00:0x00:0x08:0x04:0x00:0x01:0x02 keyfence.applet.NdefApplet"
                + " -applet 0xA0:0x00:0x00:0x08:0x04:0x00:0x01:0x03 keyfence.applet.CashApplet"
                + " -applet 0xA0:0x00:0x00:0x08:0x04:0x00:0x01:0x04 keyfence.applet.IdentApplet"
                + " keyfence.applet 0xA0:0x00:0x00:0x08:0x04:0x00:0x01 0.1"),
        all);
  }

  private static int classVersion() throws IOException {
    return Files.readAllBytes(Path.of("../target/cap/classes/keyfence/applet/PolicyStore.class"))[
        7];
  }
}
