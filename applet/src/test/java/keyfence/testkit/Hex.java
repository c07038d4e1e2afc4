// Bytes from and to hexadecimal, and a few joins that tests read better with.
package keyfence.testkit;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Helpers on byte arrays. */
public final class Hex {
  private Hex() {}

  /** The bytes of a hexadecimal string; spaces don't count. */
  public static byte[] hex(String s) {
    return HexFormat.of().parseHex(s.replace(" ", ""));
  }

  /** Lower-case hexadecimal. */
  public static String hex(byte[] b) {
    return HexFormat.of().formatHex(b);
  }

  /** The concatenation. */
  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Bytes from numbers. */
  public static byte[] bytes(int... values) {
    byte[] out = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = (byte) values[i];
    }
    return out;
  }

  /** A path's components (m/44'/0 and so on) as the card takes them, 4 bytes each. */
  public static byte[] path(String text) {
    byte[][] parts = new byte[0][];
    String[] names = text.split("/");
    parts = new byte[names.length - 1][];
    for (int i = 1; i < names.length; i++) {
      boolean hardened = names[i].endsWith("'");
      long n = Long.parseLong(hardened ? names[i].substring(0, names[i].length() - 1) : names[i]);
      int v = (int) (hardened ? n | 0x80000000L : n);
      parts[i - 1] = bytes(v >>> 24, v >>> 16, v >>> 8, v);
    }
    return join(parts);
  }
}
