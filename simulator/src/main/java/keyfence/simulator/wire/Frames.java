package keyfence.simulator.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The frames of the vpcd protocol: two bytes of length, big-endian, then that many bytes. */
final class Frames {
  private final DataInputStream in;
  private final OutputStream out;

  Frames(InputStream in, OutputStream out) {
    this.in = new DataInputStream(in);
    this.out = out;
  }

  /** The next frame, null when the other side has closed between two frames. */
  byte[] read() throws IOException {
    int high = in.read();
    if (high < 0) {
      return null;
    }
    int low = in.read();
    if (low < 0) {
      throw new EOFException("the connection ended inside a frame");
    }
    byte[] frame = new byte[high << 8 | low];
    in.readFully(frame);
    return frame;
  }

  /**
   * Writes length and content in one go: in two, each would wait for an acknowledgement of the
   * other.
   */
  void write(byte[] content) throws IOException {
    byte[] frame = new byte[content.length + 2];
    frame[0] = (byte) (content.length >> 8);
    frame[1] = (byte) content.length;
    System.arraycopy(content, 0, frame, 2, content.length);
    out.write(frame);
    out.flush();
  }
}
