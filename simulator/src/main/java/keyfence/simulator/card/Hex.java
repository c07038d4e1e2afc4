package keyfence.simulator.card;

import java.util.HexFormat;

/** Bytes as upper-case hexadecimal digits. */
public final class Hex {
  private static final HexFormat FORMAT = HexFormat.of().withUpperCase();

  private Hex() {}

  /** The digits of some bytes. */
  public static String encode(byte[] bytes) {
    return FORMAT.formatHex(bytes);
  }

  /** The bytes of some digits; spaces and colons between bytes are accepted. */
  public static byte[] decode(String digits) {
    return FORMAT.parseHex(digits.replaceAll("[\\s:]", ""));
  }
}
