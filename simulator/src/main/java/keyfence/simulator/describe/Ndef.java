package keyfence.simulator.describe;

import java.nio.charset.StandardCharsets;

/** The content of the NDEF applet: bytes, or a web address as one URI record. */
final class Ndef {
  private static final int MOST = 200;

  private Ndef() {}

  /** The message, null when there is none. */
  static byte[] message(Fields fields) {
    byte[] bytes = fields.bytes("ndef", 0, MOST);
    String uri = fields.text("ndef_uri");
    if (uri == null) {
      return bytes;
    }
    if (bytes != null) {
      throw fields.wrong("ndef", "and ndef_uri exclude each other");
    }
    byte[] text = uri.getBytes(StandardCharsets.UTF_8);
    if (text.length > MOST - 5) {
      throw fields.wrong("ndef_uri", "is too long");
    }
    // One short record: begin and end of the message, well-known type U, prefix 0 (the address is
    // given whole).
    byte[] message = new byte[5 + text.length];
    message[0] = (byte) 0xD1;
    message[1] = 1;
    message[2] = (byte) (text.length + 1);
    message[3] = 'U';
    System.arraycopy(text, 0, message, 5, text.length);
    return message;
  }
}
