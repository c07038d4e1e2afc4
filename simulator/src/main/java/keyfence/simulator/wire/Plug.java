package keyfence.simulator.wire;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** Plugs the card into a virtual reader that waits for cards, as vpcd does. */
public final class Plug {
  private static final int CONNECT_MILLIS = 2000;
  private static final int RETRY_MILLIS = 50;

  private final InetSocketAddress reader;
  private final Session session;

  /** The reader's address. */
  public Plug(String host, int port, CardHandler card) {
    this.reader = new InetSocketAddress(host, port);
    this.session = new Session(card);
  }

  /**
   * Connects, says so, and serves until the reader goes away; a card that lost its power is plugged
   * in again.
   */
  public void run(Runnable connected) throws IOException {
    boolean lost = true;
    for (boolean first = true; lost; first = false) {
      try (Socket socket = connect()) {
        if (first) {
          connected.run();
        }
        lost = session.serve(socket);
      }
    }
  }

  private Socket connect() throws IOException {
    long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CONNECT_MILLIS);
    while (true) {
      Socket socket = new Socket();
      try {
        socket.connect(reader, CONNECT_MILLIS);
        return socket;
      } catch (IOException e) {
        socket.close();
        if (System.nanoTime() > limit) {
          throw new IOException("no virtual reader on " + reader + ": " + e.getMessage(), e);
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }
}
