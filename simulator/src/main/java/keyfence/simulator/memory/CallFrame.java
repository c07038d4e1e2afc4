package keyfence.simulator.memory;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import keyfence.simulator.hooks.Exceptions;

/**
 * One call of an API method that may write to what persists. The state before is compared with that
 * after, so that engines which write straight into a persistent array are seen as well.
 */
public final class CallFrame {
  private static final CallFrame NONE = new CallFrame(null);

  private final CardContext card;
  private final List<Copy> copies = new ArrayList<>(2);
  private ObjectState objects;

  private record Copy(Object array, Object content) {}

  private CallFrame(CardContext card) {
    this.card = card;
  }

  /** Before the call, with its receiver and those arguments that are references. */
  public static CallFrame before(Object... references) {
    CardContext card = CardContext.current();
    if (card == null || !card.journal().isActive()) {
      return NONE;
    }
    CallFrame frame = new CallFrame(card);
    for (Object reference : references) {
      frame.add(reference);
    }
    return frame;
  }

  private void add(Object reference) {
    if (reference == null) {
      return;
    }
    if (reference.getClass().isArray()) {
      if (card.isPersistent(reference)) {
        copies.add(new Copy(reference, copy(reference)));
      }
    } else if (ObjectState.holdsState(reference)) {
      if (objects == null) {
        objects = new ObjectState(card.transients());
      }
      objects.add(reference);
    }
  }

  private static Object copy(Object array) {
    int length = Array.getLength(array);
    Object copy = Array.newInstance(array.getClass().getComponentType(), length);
    System.arraycopy(array, 0, copy, 0, length);
    return copy;
  }

  /** After the call: each thing that changed is one write. */
  public void after() {
    for (Copy copy : copies) {
      int first = firstDifference(copy.array, copy.content);
      if (first >= 0) {
        int length = lastDifference(copy.array, copy.content) - first + 1;
        Undo undo = ArrayUndo.fromCopy(copy.array, copy.content, first, length);
        card.journal().after(undo, length * width(copy.array), Journal.Kind.ENGINE);
      }
    }
    ObjectState.Change change = objects == null ? null : objects.change();
    if (change != null) {
      card.journal().after(change.undo(), change.bytes(), Journal.Kind.CONDITIONAL);
    }
  }

  /**
   * After a call that threw: what it changed counts all the same; returns what a card would have
   * thrown.
   */
  public RuntimeException failed(RuntimeException cause) {
    after();
    return Exceptions.asOnCard(cause);
  }

  private static int width(Object array) {
    return array instanceof byte[] || array instanceof boolean[] ? 1 : 2;
  }

  private static int firstDifference(Object a, Object b) {
    if (a instanceof byte[] bytes) {
      return Arrays.mismatch(bytes, (byte[]) b);
    }
    for (int i = 0; i < Array.getLength(a); i++) {
      if (different(a, b, i)) {
        return i;
      }
    }
    return -1;
  }

  private static int lastDifference(Object a, Object b) {
    int i = Array.getLength(a) - 1;
    while (!different(a, b, i)) {
      i--;
    }
    return i;
  }

  private static boolean different(Object a, Object b, int i) {
    if (a instanceof Object[] references) {
      return references[i] != ((Object[]) b)[i];
    }
    return !Array.get(a, i).equals(Array.get(b, i));
  }
}
