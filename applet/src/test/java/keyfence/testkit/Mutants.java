// Broken copies of the applet: a check that can't fail proves nothing.
package keyfence.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The applet's classes, one of them compiled from a source with one piece of text replaced. */
public final class Mutants {
  private static final Path SOURCES = Path.of("../applet/src/main/java/keyfence/applet");
  private static final String PREFIX = "keyfence.applet.";

  private Mutants() {}

  /** The applet as it is. */
  public static ClassLoader original() {
    return Mutants.class.getClassLoader();
  }

  /**
   * The class files that come of replacements in one file: each odd text by the even one after it.
   * What is replaced has to be there exactly once, whatever its white space.
   */
  public static Map<String, byte[]> classes(String file, String... replacements)
      throws IOException {
    String text = Files.readString(SOURCES.resolve(file));
    for (int i = 0; i < replacements.length; i += 2) {
      text = replace(file, text, replacements[i], replacements[i + 1]);
    }
    return Compiled.asTheApplet(Map.of(file, text));
  }

  private static String replace(String file, String text, String before, String after) {
    String pattern = Pattern.quote(before.strip()).replaceAll("\\s+", "\\\\E\\\\s*\\\\Q");
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new AssertionError(file + " doesn't have: " + before);
    }
    String mutated = text.substring(0, matcher.start()) + after + text.substring(matcher.end());
    if (matcher.find()) {
      throw new AssertionError(file + " has more than once: " + before);
    }
    return mutated;
  }

  /** Loads the applet with such a replacement, beside the original. */
  public static ClassLoader with(String file, String before, String after) throws IOException {
    return with(classes(file, before, after));
  }

  /** Loads the applet with these classes of its own instead. */
  public static ClassLoader with(Map<String, byte[]> classes) {
    return new ClassLoader(original()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PREFIX)) {
          return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
          Class<?> loaded = findLoadedClass(name);
          if (loaded != null) {
            return loaded;
          }
          byte[] bytes = classes.getOrDefault(name, originalClass(name));
          return defineClass(name, bytes, 0, bytes.length);
        }
      }
    };
  }

  private static byte[] originalClass(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream in = original().getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
