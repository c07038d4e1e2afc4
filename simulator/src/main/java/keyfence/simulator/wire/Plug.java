package keyfence.simulator.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Plugs the card into a virtual reader that waits for cards, as vpcd does. */
public final class Plug {
  private static final int CONNECT_MILLIS = 5000;

  private final InetSocketAddress reader;
  private final Session session;

  /** The reader's address. */
  public Plug(String host, int port, CardHandler card) {
    this.reader = new InetSocketAddress(host, port);
    this.session = new Session(card);
  }

  /** Connects, says so, and serves until the reader goes away. */
  public void run(Runnable connected) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(reader, CONNECT_MILLIS);
      connected.run();
      session.serve(socket);
    }
  }
}
