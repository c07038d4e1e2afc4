package keyfence.simulator.describe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON into maps, lists, strings, longs and booleans: what a description needs, so no null
 * and no fraction.
 */
final class Json {
  private static final int MOST_NESTED = 16;

  private final Scanner in;
  private int depth;

  private Json(String text) {
    this.in = new Scanner(text);
  }

  /** The object that a text is. */
  static Map<String, Object> parse(String text) {
    Json json = new Json(text);
    json.space();
    Map<String, Object> object = json.object();
    json.space();
    if (!json.in.atEnd()) {
      throw json.in.error("more after the end of the object");
    }
    return object;
  }

  private void space() {
    in.takeWhile(c -> c == ' ' || c == '\t' || c == '\n' || c == '\r');
  }

  private Object value() {
    space();
    char c = in.peek();
    if (c == '{') {
      return object();
    } else if (c == '[') {
      return array();
    } else if (c == '"') {
      return string();
    } else if (in.takeWord("true")) {
      return true;
    } else if (in.takeWord("false")) {
      return false;
    }
    return number();
  }

  private void enter() {
    if (++depth > MOST_NESTED) {
      throw in.error("nested too deeply");
    }
  }

  private Map<String, Object> object() {
    enter();
    in.expect('{');
    Map<String, Object> object = new LinkedHashMap<>();
    space();
    while (!in.take('}')) {
      if (!object.isEmpty()) {
        in.expect(',');
        space();
      }
      String key = string();
      space();
      in.expect(':');
      if (object.put(key, value()) != null) {
        throw in.error("\"" + key + "\" is there twice");
      }
      space();
    }
    depth--;
    return object;
  }

  private List<Object> array() {
    enter();
    in.expect('[');
    List<Object> array = new ArrayList<>();
    space();
    while (!in.take(']')) {
      if (!array.isEmpty()) {
        in.expect(',');
      }
      array.add(value());
      space();
    }
    depth--;
    return array;
  }

  private String string() {
    in.expect('"');
    StringBuilder text = new StringBuilder();
    while (!in.take('"')) {
      char c = in.next();
      if (c < ' ') {
        throw in.error("a control character inside a string");
      }
      text.append(c == '\\' ? escape(in) : c);
    }
    return text.toString();
  }

  /** What follows a backslash, in JSON and in TOML. */
  static char escape(Scanner in) {
    char c = in.next();
    switch (c) {
      case '"', '\\', '/':
        return c;
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'u':
        {
          int code = 0;
          for (int i = 0; i < 4; i++) {
            int digit = Character.digit(in.next(), 16);
            if (digit < 0) {
              throw in.error("\\u needs four hexadecimal digits");
            }
            code = code << 4 | digit;
          }
          return (char) code;
        }
      default:
        throw in.error("unknown escape \\" + c);
    }
  }

  private Long number() {
    String digits = in.takeWhile(c -> c == '-' || c >= '0' && c <= '9');
    if (in.peek() == '.' || in.peek() == 'e' || in.peek() == 'E') {
      throw in.error("only whole numbers");
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw in.error("a string, a number, true, false, an array or an object expected");
    }
  }
}
