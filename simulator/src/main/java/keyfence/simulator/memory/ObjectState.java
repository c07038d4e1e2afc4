package keyfence.simulator.memory;

import com.licel.jcardsim.crypto.ByteContainer;
import com.licel.jcardsim.crypto.KeyImpl;
import com.licel.jcardsim.crypto.KeyPairImpl;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javacard.framework.JCSystem;
import javacard.framework.OwnerPIN;
import javacard.security.KeyPair;

/** What jCardSim's keys, key pairs and PINs hold, as it was at one moment. */
final class ObjectState {
  private final TransientStore transients;
  private final List<FieldValue> fields = new ArrayList<>();
  private final List<ArrayValue> arrays = new ArrayList<>();

  private record FieldValue(Object object, Field field, Object value) {}

  private record ArrayValue(byte[] array, byte[] copy) {}

  ObjectState(TransientStore transients) {
    this.transients = transients;
  }

  /** Whether objects of this class hold persistent content of their own. */
  static boolean holdsState(Object object) {
    return object instanceof KeyImpl
        || object instanceof KeyPair
        || object instanceof KeyPairImpl
        || object instanceof ByteContainer
        || object instanceof OwnerPIN;
  }

  /**
   * Adds an object and what it holds; transient keys and the engines behind hold nothing
   * persistent.
   */
  void add(Object object) {
    if (object == null || !holdsState(object) || transients.isTransientKey(object)) {
      return;
    }
    if (object instanceof ByteContainer
        && (byte) Fields.get(object, "memoryType") != JCSystem.MEMORY_TYPE_PERSISTENT) {
      return;
    }
    for (Field field : Fields.ofInstances(object.getClass())) {
      Object value = Fields.get(object, field);
      Class<?> type = field.getType();
      if (type.isPrimitive() || type == byte[].class || holdsState(value)) {
        fields.add(new FieldValue(object, field, value));
      }
      if (value instanceof byte[] bytes) {
        arrays.add(new ArrayValue(bytes, bytes.clone()));
      } else {
        add(value);
      }
    }
  }

  /** What has changed since, as one undo; null when nothing has. */
  Change change() {
    List<Undo> undos = new ArrayList<>();
    int bytes = 0;
    for (FieldValue f : fields) {
      Object now = Fields.get(f.object, f.field);
      boolean same = f.field.getType().isPrimitive() ? now.equals(f.value) : now == f.value;
      if (!same) {
        undos.add(new FieldUndo(f.object, f.field, f.value));
        bytes += now instanceof byte[] b ? b.length : f.field.getType() == byte.class ? 1 : 2;
      }
    }
    for (ArrayValue a : arrays) {
      int first = Arrays.mismatch(a.array, a.copy);
      if (first >= 0) {
        undos.add(ArrayUndo.fromCopy(a.array, a.copy, 0, a.copy.length));
        bytes += a.copy.length;
      }
    }
    return undos.isEmpty() ? null : new Change(() -> undos.forEach(Undo::undo), bytes);
  }

  /** A change and how many bytes it took. */
  record Change(Undo undo, int bytes) {}
}
