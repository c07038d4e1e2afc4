package keyfence.simulator.memory;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** Reflection on fields, with the look-ups kept. */
public final class Fields {
  private static final Map<Class<?>, List<Field>> INSTANCE = new WeakHashMap<>();

  private Fields() {}

  /** All instance fields of a class and those above it, made accessible. */
  public static synchronized List<Field> ofInstances(Class<?> type) {
    return INSTANCE.computeIfAbsent(type, Fields::collect);
  }

  private static List<Field> collect(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          fields.add(field);
        }
      }
    }
    return fields;
  }

  /** The field of that name, declared in the class or above. */
  public static Field named(Class<?> type, String name) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      try {
        Field field = c.getDeclaredField(name);
        field.setAccessible(true);
        return field;
      } catch (NoSuchFieldException e) {
        continue;
      }
    }
    throw new IllegalStateException(type + " has no field " + name);
  }

  /** A field's value. */
  public static Object get(Object object, Field field) {
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The value of the field of that name. */
  public static Object get(Object object, String name) {
    return get(object, named(object.getClass(), name));
  }

  /** Sets a field. */
  public static void set(Object object, Field field, Object value) {
    try {
      field.set(object, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sets the field of that name. */
  public static void set(Object object, String name, Object value) {
    set(object, named(object.getClass(), name), value);
  }
}
