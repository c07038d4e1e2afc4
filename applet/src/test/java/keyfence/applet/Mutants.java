// Broken copies of the applet: a check that can't fail proves nothing.
package keyfence.applet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import keyfence.applet.subset.Compiled;

/** Compiles the applet's sources with one piece of text replaced, and loads the result beside the original. */
final class Mutants {
  private static final Path SOURCES = Path.of("src/main/java/keyfence/applet");

  private Mutants() {}

  /** The applet as it is. */
  static ClassLoader original() {
    return PolicyStore.class.getClassLoader();
  }

  /**
   * The applet with {@code before} replaced by {@code after} in one file; {@code before} has to be there exactly once.
   */
  static ClassLoader with(String file, String before, String after) throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (var files = Files.list(SOURCES)) {
      for (Path path : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        sources.put(path.getFileName().toString(), Files.readString(path));
      }
    }
    String text = sources.get(file);
    // Formatting must not matter: a mutation is found whatever the white space.
    String pattern = java.util.regex.Pattern.quote(before.strip()).replaceAll("\\s+", "\\\\E\\\\s+\\\\Q");
    java.util.regex.Matcher matcher = java.util.regex.Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new AssertionError(file + " doesn't have: " + before);
    }
    String mutated = text.substring(0, matcher.start()) + after + text.substring(matcher.end());
    if (matcher.find()) {
      throw new AssertionError(file + " has more than once: " + before);
    }
    sources.put(file, mutated);
    Map<String, byte[]> classes = Compiled.asTheApplet(sources);
    return new ClassLoader(original()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
          byte[] bytes = classes.get(name);
          if (bytes == null) {
            return super.loadClass(name, resolve);
          }
          Class<?> loaded = findLoadedClass(name);
          return loaded != null ? loaded : defineClass(name, bytes, 0, bytes.length);
        }
      }
    };
  }
}
