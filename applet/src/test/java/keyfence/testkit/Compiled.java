// Sources compiled in memory as the applet's build compiles them.
package keyfence.testkit;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The JDK's compiler on sources and class files in memory. */
public final class Compiled {
  private Compiled() {}

  /** Compiles files by name as the applet is compiled; returns class files by class name. */
  public static Map<String, byte[]> asTheApplet(Map<String, String> sources) {
    return with(List.of("--release", "8", "-g", "-Xlint:-options", "-nowarn"), sources);
  }

  /** Compiles files by name with these options; returns class files by class name. */
  public static Map<String, byte[]> with(List<String> options, Map<String, String> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, Output> outputs = new HashMap<>();
    StringBuilder messages = new StringBuilder();
    JavaFileManager files = compiler.getStandardFileManager(null, null, null);
    JavaFileManager manager =
        new ForwardingJavaFileManager<>(files) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return outputs.computeIfAbsent(className, Output::new);
          }
        };
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("-classpath", System.getProperty("java.class.path"), "-proc:none"));
    List<Source> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(new Source(name, text)));
    boolean done =
        compiler
            .getTask(null, manager, m -> messages.append(m).append('\n'), all, null, units)
            .call();
    if (!done) {
      throw new IllegalStateException("doesn't compile: " + messages);
    }
    Map<String, byte[]> classes = new HashMap<>();
    outputs.forEach((name, output) -> classes.put(name, output.bytes.toByteArray()));
    return classes;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("memory:///" + name), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Output extends SimpleJavaFileObject {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Output(String className) {
      super(
          URI.create("memory:///" + className.replace('.', '/') + ".class"),
          JavaFileObject.Kind.CLASS);
    }

    @Override
    public OutputStream openOutputStream() {
      return bytes;
    }
  }
}
