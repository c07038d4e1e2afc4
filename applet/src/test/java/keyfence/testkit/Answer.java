// What came back for a command: data, status word, and whether it was wrapped.
package keyfence.testkit;

/** An answer as the host sees it after its channel. */
public record Answer(byte[] data, int sw, boolean wrapped) {
  /** Splits data and status word. */
  static Answer split(byte[] b, boolean wrapped) {
    int n = b.length - 2;
    return new Answer(java.util.Arrays.copyOf(b, n), (b[n] & 0xff) << 8 | b[n + 1] & 0xff, wrapped);
  }

  @Override
  public String toString() {
    return String.format("%s %04x%s", Hex.hex(data), sw, wrapped ? " wrapped" : "");
  }
}
