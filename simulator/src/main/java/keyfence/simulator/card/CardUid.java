package keyfence.simulator.card;

import com.licel.jcardsim.base.SimulatorRuntime.ApplicationInstance;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import keyfence.simulator.memory.Fields;

/**
 * Gives a card the UID that a test asks for: the content of the applet's field {@code uid}, a byte
 * array of 16, just after the installation. The applet makes its UID as always and knows nothing of
 * it; a factory reset makes another.
 */
final class CardUid {
  private static final int LENGTH = 16;

  private CardUid() {}

  static void set(Collection<ApplicationInstance> applets, byte[] uid) {
    if (uid.length != LENGTH) {
      throw new IllegalArgumentException("a card UID has 16 bytes, not " + uid.length);
    }
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    byte[] field = null;
    for (ApplicationInstance applet : applets) {
      field =
          field == null
              ? find(applet.getApplet(), applet.getApplet().getClass().getPackageName(), seen)
              : field;
    }
    if (field == null) {
      throw new IllegalArgumentException("no applet on this card has a UID");
    }
    System.arraycopy(uid, 0, field, 0, LENGTH);
  }

  private static byte[] find(Object object, String cardPackage, Set<Object> seen) {
    if (object == null
        || !object.getClass().getPackageName().equals(cardPackage)
        || !seen.add(object)) {
      return null;
    }
    for (Field field : Fields.ofInstances(object.getClass())) {
      Object value = Fields.get(object, field);
      if (field.getName().equals("uid")
          && value instanceof byte[] bytes
          && bytes.length == LENGTH) {
        return bytes;
      }
      byte[] below = find(value, cardPackage, seen);
      if (below != null) {
        return below;
      }
    }
    return null;
  }
}
