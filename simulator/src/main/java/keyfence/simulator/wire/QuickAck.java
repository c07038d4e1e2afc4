package keyfence.simulator.wire;

import java.io.IOException;
import java.net.Socket;
import jdk.net.ExtendedSocketOptions;

/**
 * Asks for each packet to be acknowledged at once. vpcd writes a frame's length and content
 * separately and waits for the acknowledgement of the first; a delayed one would cost 40 ms a
 * command.
 */
final class QuickAck {
  private final Socket socket;
  private final boolean supported;

  QuickAck(Socket socket) {
    this.socket = socket;
    this.supported = isSupported(socket);
  }

  private static boolean isSupported(Socket socket) {
    try {
      return socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);
    } catch (LinkageError e) {
      // A runtime image without the module jdk.net.
      return false;
    }
  }

  /** The system forgets the wish now and then, so it is told before each read. */
  void request() throws IOException {
    if (supported) {
      socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
    }
  }
}
