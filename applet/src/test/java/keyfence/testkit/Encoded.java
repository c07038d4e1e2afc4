// Encodings of rules, policies and floors for tests, written apart from the applet's code.
package keyfence.testkit;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Builds what export-policy's encoding says, right or wrong as a test asks. */
public final class Encoded {
  public static final HexFormat HEX = HexFormat.of();
  public static final String DEFAULT_RULE = "m/43'/60'/1581'/[0'..1']/{1..6}";

  private static final Pattern RULE =
      Pattern.compile(
          "m((?:/\\d+'?)*)/\\[(\\d+'?)(?:\\.\\.(\\d+'?))?](?:/\\{(\\d+)(?:\\.\\.(\\d+))?})?");

  private Encoded() {}

  /** A component such as 43' as a number, bit 31 for the hardened ones. */
  public static long component(String text) {
    boolean hardened = text.endsWith("'");
    long index = Long.parseLong(hardened ? text.substring(0, text.length() - 1) : text);
    return hardened ? index + 0x80000000L : index;
  }

  /** A path such as m/43'/60' as big-endian components. */
  public static byte[] path(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String part : text.split("/")) {
      if (!part.equals("m")) {
        number(out, component(part));
      }
    }
    return out.toByteArray();
  }

  public static byte[] path(long... components) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (long component : components) {
      number(out, component);
    }
    return out.toByteArray();
  }

  /** A rule as text, for instance m/43'/60'/1581'/[0'..1']/{1..6}. */
  public static byte[] rule(String text) {
    Matcher matcher = RULE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    byte[] prefix = path("m" + matcher.group(1));
    long[] components = new long[prefix.length / 4];
    for (int i = 0; i < components.length; i++) {
      components[i] = Integer.toUnsignedLong(java.nio.ByteBuffer.wrap(prefix).getInt(4 * i));
    }
    int tailMin = matcher.group(4) == null ? 0 : Integer.parseInt(matcher.group(4));
    int tailMax = matcher.group(5) == null ? tailMin : Integer.parseInt(matcher.group(5));
    return rule(
        components,
        component(matcher.group(2)),
        component(matcher.group(matcher.group(3) == null ? 2 : 3)),
        tailMin,
        tailMax,
        1);
  }

  /** A floor's rule as text without tail. */
  public static byte[] floorRule(String text) {
    byte[] rule = rule(text);
    rule[rule.length - 2] = (byte) (9 - rule[0]);
    rule[rule.length - 1] = 0;
    return rule;
  }

  public static byte[] rule(long[] prefix, long lo, long hi, int tailMin, int tailMax, int modes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(prefix.length);
    for (long component : prefix) {
      number(out, component);
    }
    number(out, lo);
    number(out, hi);
    out.write(tailMin);
    out.write(tailMax);
    out.write(modes);
    return out.toByteArray();
  }

  /** n | rules, in the order given. */
  public static byte[] list(byte[]... rules) {
    return concat(List.of(new byte[] {(byte) rules.length}), Arrays.asList(rules));
  }

  /** n | rules, sorted. */
  public static byte[] sorted(byte[]... rules) {
    byte[][] copy = rules.clone();
    Arrays.sort(copy, Arrays::compareUnsigned);
    return list(copy);
  }

  /** A policy without UID and successor. */
  public static byte[] policy(long sequence, byte[] list) {
    return policy(sequence, null, null, list);
  }

  public static byte[] policy(long sequence, byte[] uid, byte[] successor, byte[] list) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(1);
    number(out, sequence);
    out.write((uid == null ? 0 : 1) | (successor == null ? 0 : 2));
    for (byte[] part : new byte[][] {uid, successor, list}) {
      if (part != null) {
        out.writeBytes(part);
      }
    }
    return out.toByteArray();
  }

  /** One TLV with a plain length byte. */
  public static byte[] tlv(int tag, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(value.length);
    out.writeBytes(value);
    return out.toByteArray();
  }

  public static byte[] concat(byte[]... parts) {
    return concat(Arrays.asList(parts), List.of());
  }

  private static byte[] concat(List<byte[]> first, List<byte[]> second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<byte[]> all = new ArrayList<>(first);
    all.addAll(second);
    all.forEach(out::writeBytes);
    return out.toByteArray();
  }

  public static byte[] number(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, value);
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, long value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
  }
}
