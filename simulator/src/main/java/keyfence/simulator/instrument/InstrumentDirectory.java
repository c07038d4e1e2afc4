package keyfence.simulator.instrument;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * From a directory or jar of class files to a directory of instrumented ones; the build calls it.
 */
public final class InstrumentDirectory {
  /** Lists the instrumented classes, one binary name a line. */
  public static final String INDEX = "META-INF/keyfence-card-classes";

  private InstrumentDirectory() {}

  /** Arguments: from, to. */
  public static void main(String[] arguments) throws IOException {
    run(Path.of(arguments[0]), Path.of(arguments[1]));
  }

  /** Instruments all classes below a directory, or in a jar, into another directory. */
  public static void run(Path from, Path to) throws IOException {
    CardClasses classes = read(from);
    Instrumenter instrumenter = new Instrumenter(classes);
    StringBuilder index = new StringBuilder();
    for (String name : classes.files().keySet()) {
      Path file = to.resolve(name + ".class");
      Files.createDirectories(file.getParent());
      Files.write(file, instrumenter.instrument(name));
      index.append(name.replace('/', '.')).append('\n');
    }
    Path list = to.resolve(INDEX);
    Files.createDirectories(list.getParent());
    Files.writeString(list, index);
  }

  /** Reads the class files below a directory or in a jar. */
  public static CardClasses read(Path from) throws IOException {
    CardClasses classes = new CardClasses();
    if (Files.isDirectory(from)) {
      addTree(classes, from);
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(from)) {
        addTree(classes, jar.getPath("/"));
      }
    }
    return classes;
  }

  private static void addTree(CardClasses classes, Path root) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root)) {
      files = walk.filter(InstrumentDirectory::isCardClass).toList();
    }
    for (Path file : files) {
      try {
        classes.add(Files.readAllBytes(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static boolean isCardClass(Path file) {
    String path = file.toString();
    return path.endsWith(".class")
        && !path.endsWith("module-info.class")
        && !path.endsWith("package-info.class")
        && !path.contains("/javacard/")
        && !path.contains("/javacardx/");
  }
}
