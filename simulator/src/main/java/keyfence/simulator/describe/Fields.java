package keyfence.simulator.describe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import keyfence.simulator.card.Hex;

/** The members of a table, each taken with its type; what isn't taken is unknown. */
final class Fields {
  private final String where;
  private final Map<String, Object> table;
  private final Set<String> taken = new HashSet<>();

  Fields(String where, Map<String, Object> table) {
    this.where = where;
    this.table = table;
  }

  private <T> T take(String name, Class<T> type, String what) {
    taken.add(name);
    Object value = table.get(name);
    if (value == null || type.isInstance(value)) {
      return type.cast(value);
    }
    throw wrong(name, "has to be " + what);
  }

  DescriptionException wrong(String name, String message) {
    return new DescriptionException(where + name + " " + message);
  }

  boolean has(String name) {
    return table.containsKey(name);
  }

  String text(String name) {
    return take(name, String.class, "a string");
  }

  /** Digits, so many of them. */
  String digits(String name, int length) {
    String text = text(name);
    if (text != null && !text.matches("[0-9]{" + length + "}")) {
      throw wrong(name, "has to be " + length + " digits");
    }
    return text;
  }

  Integer number(String name, int least, int most) {
    Long value = take(name, Long.class, "a number");
    if (value != null && (value < least || value > most)) {
      throw wrong(name, "has to be from " + least + " to " + most);
    }
    return value == null ? null : value.intValue();
  }

  /** Bytes in hexadecimal, from least to most of them. */
  byte[] bytes(String name, int least, int most) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    byte[] bytes;
    try {
      bytes = Hex.decode(text);
    } catch (IllegalArgumentException e) {
      throw wrong(name, "has to be hexadecimal digits");
    }
    if (bytes.length < least || bytes.length > most) {
      throw wrong(
          name,
          "has to be "
              + (least == most ? least : least + " to " + most)
              + " bytes, not "
              + bytes.length);
    }
    return bytes;
  }

  List<String> texts(String name) {
    List<?> values = take(name, List.class, "an array of strings");
    if (values == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      if (!(value instanceof String text)) {
        throw wrong(name, "has to be an array of strings");
      }
      texts.add(text);
    }
    return texts;
  }

  @SuppressWarnings("unchecked")
  Fields table(String name) {
    Map<String, Object> value = take(name, Map.class, "a table");
    return value == null ? null : new Fields(where + name + ".", value);
  }

  /** Refuses members that nobody asked for. */
  void end() {
    for (String name : table.keySet()) {
      if (!taken.contains(name)) {
        throw new DescriptionException("unknown key " + where + name);
      }
    }
  }
}
