package keyfence.simulator.card;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import keyfence.simulator.instrument.CardClasses;
import keyfence.simulator.instrument.InstrumentDirectory;
import keyfence.simulator.instrument.Instrumenter;

/**
 * The instrumented classes that cards are made of. Those of the class path were instrumented by the
 * build; those of another directory or jar are instrumented when they are loaded.
 */
public final class CardClassSet {
  private final ClassLoader loader;
  private final List<Class<?>> classes = new ArrayList<>();
  private final StaticImage pristine;
  private StaticImage active;

  private CardClassSet(ClassLoader loader, Iterable<String> names) {
    this.loader = loader;
    for (String name : names) {
      try {
        classes.add(Class.forName(name, true, loader));
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("no class " + name, e);
      }
    }
    this.pristine = StaticImage.of(classes);
  }

  private static CardClassSet onClassPath;

  /**
   * The classes on the class path, listed in {@link InstrumentDirectory#INDEX}; empty when there is
   * no list.
   */
  public static synchronized CardClassSet onClassPath() {
    if (onClassPath == null) {
      ClassLoader loader = CardClassSet.class.getClassLoader();
      onClassPath = new CardClassSet(loader, index(loader));
    }
    return onClassPath;
  }

  /**
   * The classes of a directory or jar, instrumented now; with their own statics, apart from all
   * others.
   */
  public static CardClassSet load(Path from) throws IOException {
    CardClasses files = InstrumentDirectory.read(from);
    Instrumenter instrumenter = new Instrumenter(files);
    Map<String, byte[]> instrumented = new HashMap<>();
    for (String name : files.files().keySet()) {
      instrumented.put(name.replace('/', '.'), instrumenter.instrument(name));
    }
    return new CardClassSet(new MemoryLoader(instrumented), instrumented.keySet());
  }

  private static List<String> index(ClassLoader loader) {
    List<String> names = new ArrayList<>();
    try (InputStream in = loader.getResourceAsStream(InstrumentDirectory.INDEX)) {
      if (in == null) {
        return names;
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        names.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  /** The class of that name, null when it isn't one of these. */
  Class<?> find(String name) {
    for (Class<?> type : classes) {
      if (type.getName().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** Whether a class of that name is one of these. */
  public boolean has(String name) {
    return find(name) != null;
  }

  /** All classes. */
  public List<Class<?>> classes() {
    return classes;
  }

  /** Where they were loaded from. */
  ClassLoader loader() {
    return loader;
  }

  /** Statics as they are when the classes have just been initialised. */
  synchronized StaticImage freshStatics() {
    return pristine.copy();
  }

  /**
   * Puts one card's statics into the classes; several cards of one process share the classes, one
   * at a time.
   */
  synchronized void activate(StaticImage image) {
    if (active != image) {
      if (active != null) {
        active.save();
      }
      image.install();
      active = image;
    }
  }

  /** Defines classes from memory. */
  private static final class MemoryLoader extends ClassLoader {
    private final Map<String, byte[]> files;

    MemoryLoader(Map<String, byte[]> files) {
      super(CardClassSet.class.getClassLoader());
      this.files = files;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!files.containsKey(name)) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] file = files.get(name);
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, file, 0, file.length);
    }
  }
}
