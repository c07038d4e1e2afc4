package keyfence.simulator.state;

import com.licel.jcardsim.crypto.ByteContainer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javacard.security.Key;
import keyfence.simulator.memory.Fields;
import keyfence.simulator.memory.TransientStore;

/**
 * Writes the graph of a card's objects. References are places in a table; the table comes first
 * with what is needed to make the objects, then their contents. Transient memory is stored as it is
 * after a loss of power.
 */
final class StateWriter {
  private final TransientStore transients;
  private final Set<Class<?>> cardClasses;
  private final Map<Object, Integer> places = new IdentityHashMap<>();
  private final List<Object> objects = new ArrayList<>();
  private final Map<Class<?>, Integer> layouts = new LinkedHashMap<>();
  private final Set<Object> transientParts = Collections.newSetFromMap(new IdentityHashMap<>());
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  StateWriter(TransientStore transients, Set<Class<?>> cardClasses) {
    this.transients = transients;
    this.cardClasses = cardClasses;
  }

  /** The body of a state file. */
  byte[] write(CardImage image) throws IOException {
    image.applets.values().forEach(this::place);
    image.statics.forEach(
        (field, value) -> {
          if (!field.getType().isPrimitive()) {
            place(value);
          }
        });
    writeRandom(image);
    out.writeLong(image.persistentTotal);
    out.writeLong(image.transientTotal);
    writeLayouts();
    out.writeInt(objects.size());
    for (Object object : objects) {
      writeDeclaration(object);
    }
    for (Object object : objects) {
      writeContent(object);
    }
    out.writeShort(image.applets.size());
    for (Map.Entry<String, Object> applet : image.applets.entrySet()) {
      out.writeUTF(applet.getKey());
      out.writeInt(places.get(applet.getValue()));
    }
    out.writeShort(image.statics.size());
    for (Map.Entry<Field, Object> entry : image.statics.entrySet()) {
      writeName(entry.getKey());
      writeValue(entry.getKey().getType(), entry.getValue());
    }
    return bytes.toByteArray();
  }

  /**
   * The classes of the objects, each with its fields: what was stored, whatever the classes become.
   */
  private void writeLayouts() throws IOException {
    for (Object object : objects) {
      ObjectKind kind = kind(object);
      if (kind == ObjectKind.CARD || kind == ObjectKind.PLATFORM) {
        layouts.putIfAbsent(object.getClass(), layouts.size());
      }
    }
    out.writeShort(layouts.size());
    for (Class<?> type : layouts.keySet()) {
      List<Field> fields = StoredFields.of(type);
      out.writeUTF(type.getName());
      out.writeShort(fields.size());
      for (Field field : fields) {
        writeName(field);
      }
    }
  }

  private void writeName(Field field) throws IOException {
    out.writeUTF(field.getDeclaringClass().getName());
    out.writeUTF(field.getName());
    out.writeByte(ValueType.of(field.getType()).code);
  }

  private void writeRandom(CardImage image) throws IOException {
    out.writeBoolean(image.randomKey != null);
    if (image.randomKey != null) {
      out.writeByte(image.randomKey.length);
      out.write(image.randomKey);
      out.writeLong(image.randomCounter);
    }
  }

  /**
   * Gives an object and all that it refers to a place in the table; without recursion, for long
   * chains.
   */
  private void place(Object root) {
    List<Object> todo = new ArrayList<>();
    todo.add(root);
    while (!todo.isEmpty()) {
      Object object = todo.remove(todo.size() - 1);
      if (object == null || places.containsKey(object)) {
        continue;
      }
      ObjectKind kind = kind(object);
      places.put(object, objects.size());
      objects.add(object);
      if (object instanceof Key && transients.isTransientKey(object)) {
        noteTransientParts(object);
      }
      if (object instanceof Object[] references && transients.isTransient(object) == 0) {
        todo.addAll(Arrays.asList(references));
      } else if (kind == ObjectKind.CARD || kind == ObjectKind.PLATFORM) {
        for (Field field : storedFields(object)) {
          if (!field.getType().isPrimitive()) {
            todo.add(value(object, field));
          }
        }
      }
    }
  }

  private void noteTransientParts(Object key) {
    for (Field field : Fields.ofInstances(key.getClass())) {
      Object value = Fields.get(key, field);
      if (value instanceof ByteContainer) {
        transientParts.add(value);
      }
    }
  }

  private ObjectKind kind(Object object) {
    Class<?> type = object.getClass();
    if (type.isArray()) {
      return ObjectKind.ARRAY;
    } else if (cardClasses.contains(type)) {
      return ObjectKind.CARD;
    } else if (ObjectKind.PLATFORM_CLASSES.contains(type)) {
      return ObjectKind.PLATFORM;
    } else if (ObjectKind.Engine.of(object) != null) {
      return ObjectKind.ENGINE;
    }
    throw new StateException("an object of " + type.getName() + " can't be stored");
  }

  private static List<Field> storedFields(Object object) {
    return StoredFields.of(object.getClass());
  }

  /** A field's value as it is after a loss of power: the content of a transient key is gone. */
  private Object value(Object object, Field field) {
    if (transientParts.contains(object)) {
      if (field.getName().equals("data")) {
        return null;
      } else if (field.getName().equals("length")) {
        return (short) 0;
      }
    }
    return Fields.get(object, field);
  }

  private void writeDeclaration(Object object) throws IOException {
    ObjectKind kind = kind(object);
    out.writeByte(kind.code);
    switch (kind) {
      case ARRAY -> {
        writeComponent(object.getClass().getComponentType());
        out.writeByte(transients.isTransient(object));
        out.writeInt(Array.getLength(object));
      }
      case CARD -> out.writeShort(layouts.get(object.getClass()));
      case PLATFORM -> {
        out.writeShort(layouts.get(object.getClass()));
        Byte event = object instanceof Key key ? transients.eventOf(key) : null;
        out.writeByte(event == null ? 0 : event);
      }
      case ENGINE -> {
        ObjectKind.Engine engine = ObjectKind.Engine.of(object);
        out.writeUTF(engine.name());
        out.writeByte(engine.algorithm(object));
      }
    }
  }

  private void writeContent(Object object) throws IOException {
    switch (kind(object)) {
      case ARRAY -> {
        if (transients.isTransient(object) == 0) {
          writeElements(object);
        }
      }
      case CARD, PLATFORM -> {
        for (Field field : storedFields(object)) {
          writeValue(field.getType(), value(object, field));
        }
      }
      case ENGINE -> {}
    }
  }

  private void writeElements(Object array) throws IOException {
    if (array instanceof byte[] content) {
      out.write(content);
      return;
    }
    for (int i = 0; i < Array.getLength(array); i++) {
      writeValue(array.getClass().getComponentType(), Array.get(array, i));
    }
  }

  private void writeComponent(Class<?> type) throws IOException {
    ValueType value = ValueType.of(type);
    out.writeByte(value.code);
    if (value == ValueType.REFERENCE) {
      out.writeUTF(type.getName());
    }
  }

  private void writeValue(Class<?> type, Object value) throws IOException {
    switch (ValueType.of(type)) {
      case BYTE -> out.writeByte((byte) value);
      case BOOLEAN -> out.writeBoolean((boolean) value);
      case SHORT -> out.writeShort((short) value);
      case INT -> out.writeInt((int) value);
      case REFERENCE -> out.writeInt(value == null ? -1 : places.get(value));
    }
  }
}
