package keyfence.simulator.state;

import com.licel.jcardsim.crypto.SymmetricKeyImpl;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javacard.security.Key;
import keyfence.simulator.memory.CardContext;
import keyfence.simulator.memory.Fields;
import keyfence.simulator.memory.TransientKeys;

/**
 * Reads what {@link StateWriter} wrote. The fields are found by name; the card's classes are those
 * of today.
 */
final class StateReader {
  private static final int MOST_OBJECTS = 1_000_000;
  private static final int MOST_ELEMENTS = Short.MAX_VALUE;

  private final CardContext card;
  private final Map<String, Class<?>> classes = new HashMap<>();
  private final DataInputStream in;
  private final Map<Object, Byte> keyEvents = new IdentityHashMap<>();
  private final Map<Object, Set<Field>> seen = new IdentityHashMap<>();
  private final List<Layout> layouts = new ArrayList<>();
  private final Map<Object, Layout> layoutOf = new IdentityHashMap<>();
  private Object[] objects;
  private ObjectKind[] kinds;

  StateReader(CardContext card, Iterable<Class<?>> cardClasses, byte[] body) {
    this.card = card;
    for (Class<?> type : cardClasses) {
      classes.put(type.getName(), type);
    }
    for (Class<?> type : ObjectKind.PLATFORM_CLASSES) {
      classes.put(type.getName(), type);
    }
    this.in = new DataInputStream(new ByteArrayInputStream(body));
  }

  /** The fields of an object that the file had a value for. */
  Set<Field> fieldsRead(Object object) {
    return seen.get(object);
  }

  /** The objects of the card's own classes. */
  Iterable<Object> cardObjects() {
    return seen.keySet();
  }

  CardImage read() throws IOException {
    try {
      CardImage image = new CardImage();
      readRandom(image);
      image.persistentTotal = in.readLong();
      image.transientTotal = in.readLong();
      readLayouts();
      int count = in.readInt();
      if (count < 0 || count > MOST_OBJECTS) {
        throw new StateException("it says that it holds " + count + " objects");
      }
      objects = new Object[count];
      kinds = new ObjectKind[count];
      for (int i = 0; i < count; i++) {
        kinds[i] = ObjectKind.of(in.readByte());
        objects[i] = readDeclaration(kinds[i]);
      }
      for (int i = 0; i < count; i++) {
        readContent(kinds[i], objects[i]);
      }
      readRoots(image);
      keyEvents.forEach(this::adoptKey);
      return image;
    } catch (EOFException e) {
      throw new StateException("it ends too early", e);
    }
  }

  private void readRandom(CardImage image) throws IOException {
    if (in.readBoolean()) {
      image.randomKey = new byte[in.readUnsignedByte()];
      in.readFully(image.randomKey);
      image.randomCounter = in.readLong();
    }
  }

  /**
   * A class of the file: today's class, and today's field for each of the file's, null where there
   * is none now.
   */
  private record Layout(String name, Class<?> type, List<ValueType> types, List<Field> fields) {}

  private void readLayouts() throws IOException {
    int count = in.readUnsignedShort();
    for (int i = 0; i < count; i++) {
      String className = in.readUTF();
      Class<?> type = findClass(className);
      Layout layout = new Layout(className, type, new ArrayList<>(), new ArrayList<>());
      int fields = in.readUnsignedShort();
      for (int j = 0; j < fields; j++) {
        String owner = in.readUTF();
        String name = in.readUTF();
        layout.types.add(ValueType.of(in.readUnsignedByte()));
        layout.fields.add(type == null ? null : findField(type, owner, name));
      }
      layouts.add(layout);
    }
  }

  /**
   * A field that today's class no longer has is dropped: the object's other fields hold what
   * matters.
   */
  private static Field findField(Class<?> type, String owner, String name) {
    for (Field field : StoredFields.of(type)) {
      if (field.getName().equals(name) && field.getDeclaringClass().getName().equals(owner)) {
        return field;
      }
    }
    return null;
  }

  private Object makeObject(int layout) {
    if (layout >= layouts.size()) {
      throw new StateException("it refers to a class that it doesn't describe");
    }
    Layout its = layouts.get(layout);
    Object object = its.type == null ? new Gone(its.name) : UnconstructedObjects.make(its.type);
    layoutOf.put(object, layouts.get(layout));
    return object;
  }

  private Object readDeclaration(ObjectKind kind) throws IOException {
    switch (kind) {
      case ARRAY:
        return readArray();
      case ENGINE:
        return readEngine();
      case CARD:
        {
          Object object = makeObject(in.readUnsignedShort());
          seen.put(object, new HashSet<>(layoutOf.get(object).fields));
          seen.get(object).remove(null);
          return object;
        }
      default:
        {
          Object object = makeObject(in.readUnsignedShort());
          byte event = in.readByte();
          if (event != 0) {
            keyEvents.put(object, event);
          }
          return object;
        }
    }
  }

  private Object readArray() throws IOException {
    Class<?> component = readComponent();
    byte event = in.readByte();
    int length = in.readInt();
    if (length < 0 || length > MOST_ELEMENTS) {
      throw new StateException("it holds an array of " + length);
    }
    Object array = Array.newInstance(component, length);
    if (event != 0) {
      card.transients().adopt(array, event);
    }
    return array;
  }

  private Class<?> readComponent() throws IOException {
    switch (ValueType.of(in.readUnsignedByte())) {
      case BYTE:
        return byte.class;
      case BOOLEAN:
        return boolean.class;
      case SHORT:
        return short.class;
      case INT:
        return int.class;
      default:
        {
          String name = in.readUTF();
          Class<?> type = name.equals("java.lang.Object") ? Object.class : findClass(name);
          return type == null ? Gone.class : type;
        }
    }
  }

  private Object readEngine() throws IOException {
    String name = in.readUTF();
    byte algorithm = in.readByte();
    try {
      return ObjectKind.Engine.valueOf(name).make(algorithm);
    } catch (IllegalArgumentException e) {
      throw new StateException(
          "it holds an engine " + name + ", which this simulator doesn't know", e);
    }
  }

  private Class<?> findClass(String name) {
    Class<?> type = classes.get(name);
    if (type == null) {
      try {
        type = name.startsWith("javacard") ? Class.forName(name) : null;
      } catch (ClassNotFoundException e) {
        type = null;
      }
    }
    return type;
  }

  /**
   * Stands for an object of a class that the card no longer has: to be dropped with the field that
   * refers to it.
   */
  private record Gone(String className) {
    StateException needed() {
      return new StateException(
          "it holds an object of " + className + ", a class that this card doesn't have");
    }
  }

  private void readContent(ObjectKind kind, Object object) throws IOException {
    switch (kind) {
      case ARRAY -> {
        if (card.transients().isTransient(object) == 0) {
          readElements(object);
        }
      }
      case CARD, PLATFORM -> {
        Layout layout = layoutOf.get(object);
        for (int i = 0; i < layout.types.size(); i++) {
          Object value = readValue(layout.types.get(i));
          if (layout.fields.get(i) != null) {
            setChecked(object, layout.fields.get(i), value);
          }
        }
      }
      case ENGINE -> {}
    }
  }

  private void readElements(Object array) throws IOException {
    if (array instanceof byte[] bytes) {
      in.readFully(bytes);
      return;
    }
    ValueType type = ValueType.of(array.getClass().getComponentType());
    for (int i = 0; i < Array.getLength(array); i++) {
      store(() -> array.getClass().getName(), array, i, readValue(type));
    }
  }

  private static void store(
      java.util.function.Supplier<String> what, Object array, int i, Object value) {
    if (value instanceof Gone gone && !array.getClass().getComponentType().isInstance(gone)) {
      throw gone.needed();
    }
    try {
      Array.set(array, i, value);
    } catch (IllegalArgumentException e) {
      throw new StateException("an element of " + what.get() + " has the wrong type", e);
    }
  }

  private static void setChecked(Object object, Field field, Object value) {
    if (value instanceof Gone gone) {
      throw gone.needed();
    }
    try {
      Fields.set(object, field, value);
    } catch (IllegalArgumentException e) {
      throw new StateException(
          "the field "
              + field.getName()
              + " of "
              + field.getDeclaringClass().getName()
              + " has another type now",
          e);
    }
  }

  private Object readValue(ValueType type) throws IOException {
    switch (type) {
      case BYTE:
        return in.readByte();
      case BOOLEAN:
        return in.readBoolean();
      case SHORT:
        return in.readShort();
      case INT:
        return in.readInt();
      default:
        return reference(in.readInt());
    }
  }

  private Object reference(int place) {
    if (place == -1) {
      return null;
    }
    if (place < 0 || place >= objects.length) {
      throw new StateException("it refers to an object that it doesn't hold");
    }
    return objects[place];
  }

  private void readRoots(CardImage image) throws IOException {
    int applets = in.readUnsignedShort();
    for (int i = 0; i < applets; i++) {
      String aid = in.readUTF();
      Object applet = reference(in.readInt());
      if (applet instanceof Gone gone) {
        throw gone.needed();
      }
      image.applets.put(aid, applet);
    }
    int statics = in.readUnsignedShort();
    for (int i = 0; i < statics; i++) {
      Class<?> owner = classes.get(in.readUTF());
      String name = in.readUTF();
      Object value = readValue(ValueType.of(in.readUnsignedByte()));
      Field field = owner == null ? null : staticField(owner, name);
      if (field != null && value instanceof Gone gone) {
        throw gone.needed();
      } else if (field != null) {
        image.statics.put(field, value);
      }
    }
  }

  private static Field staticField(Class<?> owner, String name) {
    for (Field field : owner.getDeclaredFields()) {
      if (field.getName().equals(name)) {
        return field;
      }
    }
    return null;
  }

  private void adoptKey(Object key, Byte event) {
    card.transients().adopt((Key) key, event);
    if (key instanceof SymmetricKeyImpl symmetric) {
      TransientKeys.prepare(symmetric, event);
    }
  }
}
