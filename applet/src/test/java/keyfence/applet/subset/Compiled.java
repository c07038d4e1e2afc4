// Sources compiled in memory as the applet's build compiles them.
package keyfence.applet.subset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;

/** The door to the compiler for tests outside this package. */
public final class Compiled {
  private Compiled() {}

  /** Compiles files by name and returns class files by class name. */
  public static Map<String, byte[]> asTheApplet(Map<String, String> sources) {
    List<Sample.Source> files =
        sources.entrySet().stream()
            .map(file -> new Sample.Source(file.getKey(), file.getValue()))
            .toList();
    Map<String, byte[]> classes = new HashMap<>();
    for (byte[] bytes :
        Sample.compile(List.of("--release", "8", "-g", "-Xlint:-options", "-nowarn"), files)) {
      classes.put(new ClassReader(bytes).getClassName().replace('/', '.'), bytes);
    }
    return classes;
  }
}
