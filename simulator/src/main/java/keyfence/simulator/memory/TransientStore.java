package keyfence.simulator.memory;

import com.licel.jcardsim.base.TransientMemory;
import com.licel.jcardsim.crypto.ByteContainer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import javacard.framework.JCSystem;
import javacard.framework.SystemException;
import javacard.security.Key;

/**
 * The transient arrays and keys of a card. jCardSim's own list keeps every array for ever and is
 * searched from the front; this one holds weak references, by identity (arrays and keys have no
 * equality of their own).
 */
public final class TransientStore extends TransientMemory {
  private final Map<Object, Byte> arrays = new WeakHashMap<>();
  private final Map<Key, Byte> keys = new WeakHashMap<>();

  @Override
  protected void storeArray(Object array, byte event) {
    if (event != JCSystem.CLEAR_ON_DESELECT && event != JCSystem.CLEAR_ON_RESET) {
      SystemException.throwIt(SystemException.ILLEGAL_VALUE);
    }
    arrays.put(array, event);
  }

  @Override
  public byte isTransient(Object array) {
    Byte event = arrays.get(array);
    return event == null ? JCSystem.NOT_A_TRANSIENT_OBJECT : event;
  }

  /** Notes an array that the caller made, for instance one read from a state file. */
  public void adopt(Object array, byte event) {
    storeArray(array, event);
  }

  /** Notes a key whose value is lost at the event. */
  public void adopt(Key key, byte event) {
    keys.put(key, event);
  }

  /** Whether a key is one whose value is lost at an event. */
  public boolean isTransientKey(Object key) {
    return keys.containsKey(key);
  }

  /** The event at which a key loses its value, null for a persistent key. */
  public Byte eventOf(Key key) {
    return keys.get(key);
  }

  @Override
  protected void clearOnDeselect() {
    clear(false);
  }

  /** The selected applet was deselected. */
  public void deselected() {
    clear(false);
  }

  @Override
  protected void clearOnReset() {
    clear(true);
  }

  @Override
  protected void forgetBuffers() {
    clear(true);
    arrays.clear();
    keys.clear();
  }

  private void clear(boolean reset) {
    List<Object> cleared = new ArrayList<>();
    for (Map.Entry<Object, Byte> entry : arrays.entrySet()) {
      if (reset || entry.getValue() == JCSystem.CLEAR_ON_DESELECT) {
        cleared.add(entry.getKey());
      }
    }
    zero(cleared);
    for (Map.Entry<Key, Byte> entry : keys.entrySet()) {
      if (reset || entry.getValue() == JCSystem.CLEAR_ON_DESELECT) {
        entry.getKey().clearKey();
      }
    }
  }

  /** The live transient arrays; keys' containers are among them. */
  Set<Object> arrays() {
    Set<Object> live = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    live.addAll(arrays.keySet());
    return live;
  }

  /** The live transient keys. */
  Set<Key> keys() {
    return new HashSet<>(keys.keySet());
  }

  /**
   * Gives a key's container a transient array of its final size, of the right kind from the start.
   */
  static void presize(ByteContainer container, int length, byte event) {
    Fields.set(container, "data", JCSystem.makeTransientByteArray((short) length, event));
  }

  /** Makes these arrays and keys known to another card's store as well. */
  public void moveTo(TransientStore other) {
    other.arrays.putAll(arrays);
    other.keys.putAll(keys);
  }
}
