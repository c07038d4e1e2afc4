// Looks into a card's transient arrays and APDU buffer, by reflection.
package keyfence.testkit;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import javacard.framework.JCSystem;
import javacard.security.ECPrivateKey;

/** What an answer must not leave secrets in. */
public final class ScratchMemory {
  private ScratchMemory() {}

  /** All transient byte arrays that the applets reach, and the APDU buffer, in hexadecimal. */
  public static String dump(SimCard card) {
    StringBuilder out = new StringBuilder();
    for (Object object : reachable(card)) {
      if (object instanceof byte[] b
          && JCSystem.isTransient(b) != JCSystem.NOT_A_TRANSIENT_OBJECT) {
        out.append(Hex.hex(b)).append(' ');
      }
    }
    return out.append(Hex.hex(card.apduBuffer())).toString();
  }

  /** A field of the one object of that class. */
  public static Object field(SimCard card, String className, String name) {
    for (Object object : reachable(card)) {
      if (object.getClass().getName().equals("keyfence.applet." + className)) {
        try {
          Field field = object.getClass().getDeclaredField(name);
          field.setAccessible(true);
          return field.get(object);
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError("no " + className);
  }

  /** The secret in the key object that all derivations share. */
  public static byte[] scratchKey(SimCard card) {
    try {
      Field field = card.loaded("Secp256k1").getDeclaredField("scratch");
      field.setAccessible(true);
      byte[] s = new byte[32];
      ((ECPrivateKey) field.get(null)).getS(s, (short) 0);
      return s;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<Object> reachable(SimCard card) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Object applet : card.applets()) {
      walk(applet, seen);
    }
    return seen;
  }

  private static void walk(Object object, Set<Object> seen) {
    if (object == null || !seen.add(object)) {
      return;
    }
    Class<?> type = object.getClass();
    if (type.isArray()) {
      for (int i = 0; !type.getComponentType().isPrimitive() && i < Array.getLength(object); i++) {
        walk(Array.get(object, i), seen);
      }
      return;
    }
    for (; type.getName().startsWith("keyfence.applet."); type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          try {
            field.setAccessible(true);
            walk(field.get(object), seen);
          } catch (IllegalAccessException e) {
            throw new AssertionError(e);
          }
        }
      }
    }
  }
}
