package keyfence.simulator.state;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import keyfence.simulator.memory.Fields;

/**
 * Fields that today's classes have and an older file doesn't: they take the value that a freshly
 * installed card has in the same place. What such a value refers to is the stored card's object
 * where there is one.
 */
final class LaterFields {
  private final StateReader reader;
  private final Map<Object, Object> storedOf = new IdentityHashMap<>();

  LaterFields(StateReader reader) {
    this.reader = reader;
  }

  /** Whether some object lacks a field. */
  static boolean missing(StateReader reader) {
    for (Object object : reader.cardObjects()) {
      if (reader.fieldsRead(object).size() < StoredFields.of(object.getClass()).size()) {
        return true;
      }
    }
    return false;
  }

  void fill(CardImage stored, CardImage fresh) {
    List<Object[]> pairs = new ArrayList<>();
    stored.applets.forEach((aid, applet) -> pair(fresh.applets.get(aid), applet, pairs));
    fresh.statics.forEach(
        (field, value) -> {
          if (stored.statics.containsKey(field)) {
            pair(value, stored.statics.get(field), pairs);
          }
        });
    for (int i = 0; i < pairs.size(); i++) {
      walk(pairs.get(i)[0], pairs.get(i)[1], pairs);
    }
    for (Object[] pair : pairs) {
      adopt(pair[0], pair[1]);
    }
    fresh.statics.forEach(
        (field, value) -> stored.statics.putIfAbsent(field, translate(field, value)));
  }

  private void pair(Object fresh, Object stored, List<Object[]> pairs) {
    if (fresh != null
        && stored != null
        && fresh.getClass() == stored.getClass()
        && !storedOf.containsKey(fresh)) {
      storedOf.put(fresh, stored);
      pairs.add(new Object[] {fresh, stored});
    }
  }

  private void walk(Object fresh, Object stored, List<Object[]> pairs) {
    if (fresh instanceof Object[] a && stored instanceof Object[] b) {
      for (int i = 0; i < Math.min(a.length, b.length); i++) {
        pair(a[i], b[i], pairs);
      }
    } else if (reader.fieldsRead(stored) != null) {
      for (Field field : reader.fieldsRead(stored)) {
        if (!field.getType().isPrimitive()) {
          pair(Fields.get(fresh, field), Fields.get(stored, field), pairs);
        }
      }
    }
  }

  private void adopt(Object fresh, Object stored) {
    if (reader.fieldsRead(stored) == null) {
      return;
    }
    for (Field field : StoredFields.of(stored.getClass())) {
      if (!reader.fieldsRead(stored).contains(field)) {
        Fields.set(stored, field, translate(field, Fields.get(fresh, field)));
      }
    }
  }

  private Object translate(Field field, Object value) {
    return field.getType().isPrimitive() ? value : translate(value);
  }

  /**
   * The stored card's counterpart of a fresh object; a new object is taken over, with its
   * references translated.
   */
  private Object translate(Object fresh) {
    if (fresh == null || storedOf.containsKey(fresh)) {
      return storedOf.get(fresh);
    }
    if (ObjectKind.Engine.of(fresh) != null || !refersToOthers(fresh)) {
      return fresh;
    }
    storedOf.put(fresh, fresh);
    if (fresh instanceof Object[] elements) {
      for (int i = 0; i < elements.length; i++) {
        elements[i] = translate(elements[i]);
      }
    } else {
      for (Field field : StoredFields.of(fresh.getClass())) {
        if (!field.getType().isPrimitive()) {
          Fields.set(fresh, field, translate(Fields.get(fresh, field)));
        }
      }
    }
    return fresh;
  }

  private static boolean refersToOthers(Object object) {
    return object instanceof Object[] || !object.getClass().isArray();
  }
}
