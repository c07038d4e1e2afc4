package keyfence.simulator.memory;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import javacard.security.Key;
import keyfence.simulator.random.RandomSource;

/**
 * A card at one moment, to go back to as often as a test likes. Persistent memory is a place in the
 * journal, transient memory a copy. What an engine was initialised with isn't part of it, as it
 * isn't on a card after a reset.
 */
public final class Snapshot {
  private final int mark;
  private final Object selected;
  private final byte[] randomKey;
  private final long randomCounter;
  private final Map<Object, Object> arrays = new IdentityHashMap<>();
  private final List<FieldUndo> keyFields = new ArrayList<>();

  /** The card as it is now. */
  public Snapshot(CardContext card, Object selected) {
    this.mark = card.journal().mark();
    this.selected = selected;
    this.randomKey = card.random().key();
    this.randomCounter = card.random().counter();
    for (Object array : card.transients().arrays()) {
      arrays.put(array, copy(array));
    }
    for (Key key : card.transients().keys()) {
      noteFields(key);
    }
  }

  private void noteFields(Object object) {
    for (Field field : Fields.ofInstances(object.getClass())) {
      Object value = Fields.get(object, field);
      keyFields.add(new FieldUndo(object, field, value));
      if (value instanceof byte[] bytes) {
        arrays.putIfAbsent(bytes, bytes.clone());
      } else if (ObjectState.holdsState(value)) {
        noteFields(value);
      }
    }
  }

  /** Puts the card back; returns what was selected. */
  public Object restore(CardContext card) {
    card.journal().rollBack(mark);
    keyFields.forEach(FieldUndo::undo);
    for (Map.Entry<Object, Object> entry : arrays.entrySet()) {
      System.arraycopy(entry.getValue(), 0, entry.getKey(), 0, Array.getLength(entry.getValue()));
    }
    if (randomKey != null) {
      card.setRandom(RandomSource.resumed(randomKey, randomCounter));
    }
    return selected;
  }

  private static Object copy(Object array) {
    Object copy = Array.newInstance(array.getClass().getComponentType(), Array.getLength(array));
    System.arraycopy(array, 0, copy, 0, Array.getLength(array));
    return copy;
  }
}
