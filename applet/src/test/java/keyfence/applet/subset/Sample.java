// A source file under src/test/subset with marks where violations are expected.
package keyfence.applet.subset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * One sample: compiled as the applet is ({@code --release 8 -g}), or for the release its first
 * lines name. {@code // !R6} at the end of a line means that this rule is to be reported there,
 * {@code // !class R1} that it is to be reported for a class or a field (which have no line),
 * {@code // also R3} that this rule may be reported besides.
 */
record Sample(String name, String release, String source, Set<String> expected, Set<String> also) {
  private static final Pattern LINE = Pattern.compile("// !(R\\d+(?: R\\d+)*)$");
  private static final Pattern WHOLE = Pattern.compile("// !class (R\\d+(?: R\\d+)*)$");
  private static final Pattern ALSO = Pattern.compile("^// also (R\\d+(?: R\\d+)*)$");
  private static final Pattern RELEASE = Pattern.compile("^// release (\\d+)$");

  static List<Sample> in(Path directory) throws IOException {
    List<Sample> samples = new ArrayList<>();
    try (var files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        samples.add(read(file));
      }
    }
    return samples;
  }

  private static Sample read(Path file) throws IOException {
    Set<String> expected = new TreeSet<>();
    Set<String> also = new HashSet<>();
    String release = "8";
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      for (String rule : rules(LINE, lines.get(i))) {
        expected.add(rule + ":" + (i + 1));
      }
      for (String rule : rules(WHOLE, lines.get(i))) {
        expected.add(rule + ":0");
      }
      also.addAll(List.of(rules(ALSO, lines.get(i))));
      Matcher matcher = RELEASE.matcher(lines.get(i));
      if (matcher.find()) {
        release = matcher.group(1);
      }
    }
    return new Sample(
        file.getFileName().toString(), release, String.join("\n", lines), expected, also);
  }

  private static String[] rules(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    return matcher.find() ? matcher.group(1).split(" ") : new String[0];
  }

  /** Compiles the sample with these options besides its release, and returns its class files. */
  List<byte[]> compile(String... options) {
    List<String> all = new ArrayList<>(List.of("--release", release, "-Xlint:-options", "-nowarn"));
    all.addAll(List.of(options));
    return compile(all, List.of(new Source(name, source)));
  }

  static List<byte[]> compile(List<String> options, List<? extends JavaFileObject> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, Output> outputs = new HashMap<>();
    StringBuilder messages = new StringBuilder();
    var manager =
        new ForwardingJavaFileManager<JavaFileManager>(
            compiler.getStandardFileManager(null, null, null)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return outputs.computeIfAbsent(className, Output::new);
          }
        };
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("-classpath", System.getProperty("java.class.path"), "-proc:none"));
    boolean done =
        compiler
            .getTask(
                null, manager, message -> messages.append(message).append('\n'), all, null, sources)
            .call();
    if (!done) {
      throw new IllegalStateException("doesn't compile: " + messages);
    }
    return outputs.values().stream().map(Output::bytes).toList();
  }

  /** A source in memory. */
  static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("memory:///" + name), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    static Source of(Path file) {
      try {
        return new Source(file.getFileName().toString(), Files.readString(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Output extends SimpleJavaFileObject {
    private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();

    Output(String className) {
      super(
          URI.create("memory:///" + className.replace('.', '/') + ".class"),
          JavaFileObject.Kind.CLASS);
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }

    @Override
    public java.io.OutputStream openOutputStream() {
      return bytes;
    }
  }
}
