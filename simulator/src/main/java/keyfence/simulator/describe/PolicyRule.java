package keyfence.simulator.describe;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A rule of the export policy or of the floor, from its text {@code
 * m/43'/60'/1581'/[0'..1']/{1..6}} to its bytes. The applet judges whether rules are sound; here
 * only the form is checked.
 */
final class PolicyRule {
  private static final int HARDENED = 0x80000000;

  private final List<Integer> prefix = new ArrayList<>();
  private int low;
  private int high;
  private int tailLeast;
  private int tailMost;

  private PolicyRule() {}

  static List<PolicyRule> parseAll(Fields fields, String name) {
    List<String> texts = fields.texts(name);
    if (texts == null) {
      return null;
    }
    List<PolicyRule> rules = new ArrayList<>();
    for (String text : texts) {
      try {
        rules.add(parse(text));
      } catch (DescriptionException e) {
        throw fields.wrong(name, "\"" + text + "\": " + e.getMessage());
      }
    }
    return rules;
  }

  static PolicyRule parse(String text) {
    PolicyRule rule = new PolicyRule();
    Scanner in = new Scanner(text);
    in.expect('m');
    in.expect('/');
    while (!in.take('[')) {
      rule.prefix.add(component(in));
      in.expect('/');
    }
    rule.low = component(in);
    rule.high = in.takeWord("..") ? component(in) : rule.low;
    in.expect(']');
    in.expect('/');
    in.expect('{');
    rule.tailLeast = (int) number(in, 9);
    rule.tailMost = in.takeWord("..") ? (int) number(in, 9) : rule.tailLeast;
    in.expect('}');
    if (!in.atEnd()) {
      throw in.error("more after the rule");
    }
    return rule;
  }

  private static int component(Scanner in) {
    int number = (int) number(in, Integer.MAX_VALUE);
    boolean hardened = in.take('\'') || in.take('h') || in.take('H');
    return hardened ? number | HARDENED : number;
  }

  private static long number(Scanner in, long most) {
    boolean hexadecimal = in.takeWord("0x");
    String digits = in.takeWhile(c -> Character.digit(c, hexadecimal ? 16 : 10) >= 0);
    try {
      long number = Long.parseLong(digits, hexadecimal ? 16 : 10);
      if (number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw in.error("a number expected");
    }
    throw in.error("a number up to " + most + " expected");
  }

  private byte[] encode(int modes) {
    ByteBuffer bytes = ByteBuffer.allocate(1 + 4 * prefix.size() + 8 + 3);
    bytes.put((byte) prefix.size());
    prefix.forEach(bytes::putInt);
    bytes.putInt(low).putInt(high).put((byte) tailLeast).put((byte) tailMost).put((byte) modes);
    return bytes.array();
  }

  /** A policy with sequence 0 and no flags. */
  static byte[] encodePolicy(List<PolicyRule> rules) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {1, 0, 0, 0, 0, 0});
    out.writeBytes(encodeList(rules, 1));
    return out.toByteArray();
  }

  /** Additions to the floor. */
  static byte[] encodeFloor(List<PolicyRule> rules) {
    return encodeList(rules, 0);
  }

  private static byte[] encodeList(List<PolicyRule> rules, int modes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(rules.size());
    rules.stream()
        .map(r -> r.encode(modes))
        .sorted(Arrays::compareUnsigned)
        .forEach(out::writeBytes);
    return out.toByteArray();
  }
}
