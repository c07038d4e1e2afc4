package keyfence.simulator.card;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import keyfence.simulator.memory.Fields;

/**
 * The static fields of a set of classes as one card sees them. On a card statics belong to the
 * package; here several cards of one process share the classes, so the statics are exchanged when
 * another card runs.
 */
final class StaticImage {
  private final List<Slot> slots = new ArrayList<>();

  /** A field; of a final one only the content of its array can change. */
  private static final class Slot {
    final Field field;
    Object value;
    Object content;

    Slot(Field field) {
      this.field = field;
    }

    boolean isFinal() {
      return Modifier.isFinal(field.getModifiers());
    }

    void save() {
      value = Fields.get(null, field);
      content = isFinal() ? copy(value) : null;
    }

    void install() {
      if (!isFinal()) {
        Fields.set(null, field, value);
      } else if (content != null) {
        System.arraycopy(content, 0, value, 0, Array.getLength(content));
      }
    }
  }

  /** The statics as they are now. */
  static StaticImage of(List<Class<?>> classes) {
    StaticImage image = new StaticImage();
    for (Class<?> type : classes) {
      for (Field field : type.getDeclaredFields()) {
        if (isState(field)) {
          field.setAccessible(true);
          image.slots.add(new Slot(field));
        }
      }
    }
    image.save();
    return image;
  }

  /** Statics that a card's code could change: not the constants, nor what coverage tools add. */
  static boolean isState(Field field) {
    int modifiers = field.getModifiers();
    return Modifier.isStatic(modifiers)
        && !field.isSynthetic()
        && !(Modifier.isFinal(modifiers) && !field.getType().isArray());
  }

  /**
   * An image of its own: arrays of fields that aren't final are copied, so that two cards don't
   * share them.
   */
  StaticImage copy() {
    StaticImage copy = new StaticImage();
    for (Slot slot : slots) {
      Slot mine = new Slot(slot.field);
      mine.value = slot.isFinal() ? slot.value : copyIfArray(slot.value);
      mine.content = copy(slot.content);
      copy.slots.add(mine);
    }
    return copy;
  }

  /** Takes the present statics. */
  void save() {
    slots.forEach(Slot::save);
  }

  /** Makes these the present statics. */
  void install() {
    slots.forEach(Slot::install);
  }

  private static Object copyIfArray(Object value) {
    return value != null && value.getClass().isArray() ? copy(value) : value;
  }

  private static Object copy(Object array) {
    if (array == null) {
      return null;
    }
    Object copy = Array.newInstance(array.getClass().getComponentType(), Array.getLength(array));
    System.arraycopy(array, 0, copy, 0, Array.getLength(array));
    return copy;
  }

  /** Notes the saved values by field; of a final field a copy of its array. */
  void into(Map<Field, Object> values) {
    for (Slot slot : slots) {
      values.put(slot.field, slot.isFinal() ? slot.content : slot.value);
    }
  }

  /** Takes values by field; what isn't among them stays. */
  void from(Map<Field, Object> values) {
    for (Slot slot : slots) {
      if (values.containsKey(slot.field)) {
        Object value = values.get(slot.field);
        if (slot.isFinal()) {
          slot.content = value;
        } else {
          slot.value = value;
        }
      }
    }
  }
}
