// A source file under src/test/subset with marks where violations are expected.
package keyfence.applet.subset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import keyfence.testkit.Compiled;

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
    return List.copyOf(Compiled.with(all, Map.of(name, source)).values());
  }
}
