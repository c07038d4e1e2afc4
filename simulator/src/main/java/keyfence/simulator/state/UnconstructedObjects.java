package keyfence.simulator.state;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import sun.misc.Unsafe;

/** Makes objects whose fields are filled in from a file: no constructor runs. */
final class UnconstructedObjects {
  private static final Unsafe UNSAFE = find();

  private UnconstructedObjects() {}

  static Object make(Class<?> type) {
    if (Modifier.isAbstract(type.getModifiers()) || type.isArray()) {
      throw new StateException(
          "it holds an object of " + type.getName() + ", of which there can be none");
    }
    try {
      return UNSAFE.allocateInstance(type);
    } catch (InstantiationException e) {
      throw new StateException("no object of " + type.getName(), e);
    }
  }

  private static Unsafe find() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
