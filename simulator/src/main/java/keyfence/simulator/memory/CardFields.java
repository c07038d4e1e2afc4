package keyfence.simulator.memory;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;

/** The fields of one card's classes by the names that the instrumented code uses. */
final class CardFields {
  private final ClassLoader loader;
  private final Map<String, Field> known = new HashMap<>();

  CardFields(ClassLoader loader) {
    this.loader = loader;
  }

  /** The field of an object, or the static one of a class. */
  Field find(Object object, String owner, String name) {
    String key = owner + "." + name;
    Field field = known.get(key);
    if (field == null) {
      field =
          object == null
              ? Fields.named(load(owner), name)
              : Fields.named(declaring(object, owner), name);
      known.put(key, field);
    }
    return field;
  }

  private static Class<?> declaring(Object object, String owner) {
    Class<?> type = object.getClass();
    String name = owner.replace('/', '.');
    while (!type.getName().equals(name) && type.getSuperclass() != null) {
      type = type.getSuperclass();
    }
    return type;
  }

  private Class<?> load(String owner) {
    try {
      return Class.forName(owner.replace('/', '.'), true, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
