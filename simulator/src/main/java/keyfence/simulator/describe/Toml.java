package keyfence.simulator.describe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the part of TOML that a description needs: comments, bare and quoted keys, tables, basic
 * and literal strings, whole numbers, booleans, arrays over several lines. Anything else is an
 * error that says where.
 */
final class Toml {
  private final Scanner in;

  private Toml(String text) {
    this.in = new Scanner(text);
  }

  /** The table that a text is. */
  static Map<String, Object> parse(String text) {
    return new Toml(text).document();
  }

  private Map<String, Object> document() {
    Map<String, Object> root = new LinkedHashMap<>();
    Map<String, Object> table = root;
    blank();
    while (!in.atEnd()) {
      if (in.take('[')) {
        String name = key();
        in.expect(']');
        table = new LinkedHashMap<>();
        put(root, name, table);
      } else {
        String name = key();
        in.expect('=');
        space();
        put(table, name, value());
      }
      endOfLine();
      blank();
    }
    return root;
  }

  private void put(Map<String, Object> table, String name, Object value) {
    if (table.put(name, value) != null) {
      throw in.error(name + " is there twice");
    }
  }

  private void space() {
    in.takeWhile(c -> c == ' ' || c == '\t');
  }

  /** Spaces, line ends and comments. */
  private void blank() {
    do {
      in.takeWhile(c -> c == ' ' || c == '\t' || c == '\n' || c == '\r');
    } while (comment());
  }

  private boolean comment() {
    if (!in.take('#')) {
      return false;
    }
    in.takeWhile(c -> c != '\n');
    return true;
  }

  private void endOfLine() {
    space();
    comment();
    in.take('\r');
    if (!in.atEnd()) {
      if (in.peek() != '\n') {
        throw in.error("the end of the line expected");
      }
      in.next();
    }
  }

  private String key() {
    space();
    String name =
        in.peek() == '"'
            ? basic()
            : in.takeWhile(c -> c == '_' || c == '-' || c < 128 && Character.isLetterOrDigit(c));
    if (name.isEmpty()) {
      throw in.error("a key expected");
    }
    space();
    return name;
  }

  private Object value() {
    char c = in.peek();
    if (c == '"') {
      return basic();
    } else if (c == '\'') {
      return literal();
    } else if (c == '[') {
      return array();
    } else if (in.takeWord("true")) {
      return true;
    } else if (in.takeWord("false")) {
      return false;
    }
    String digits = in.takeWhile(d -> d == '-' || d == '_' || d >= '0' && d <= '9');
    try {
      return Long.parseLong(digits.replace("_", ""));
    } catch (NumberFormatException e) {
      throw in.error("a string, a whole number, true, false or an array expected");
    }
  }

  private String basic() {
    in.expect('"');
    StringBuilder text = new StringBuilder();
    while (!in.take('"')) {
      char c = in.next();
      if (c == '\n') {
        throw in.error("a string ends on its line");
      }
      text.append(c == '\\' ? Json.escape(in) : c);
    }
    return text.toString();
  }

  private String literal() {
    in.expect('\'');
    String text = in.takeWhile(c -> c != '\'' && c != '\n');
    in.expect('\'');
    return text;
  }

  private List<Object> array() {
    in.expect('[');
    List<Object> array = new ArrayList<>();
    blank();
    while (!in.take(']')) {
      if (!array.isEmpty()) {
        in.expect(',');
        blank();
        if (in.take(']')) {
          break;
        }
      }
      array.add(value());
      blank();
    }
    return array;
  }
}
