package keyfence.simulator.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * Waits for readers on a port of the loopback interface, one at a time; another one is turned away
 * at once.
 */
public final class Listener {
  /** Time for the end of the last connection to be noticed before a new one counts as a second. */
  private static final long HANDOVER_MILLIS = 300;

  private final ServerSocket server;
  private final Session session;

  /** Binds a port; 0 takes a free one. */
  public Listener(int port, CardHandler card) throws IOException {
    this.server = new ServerSocket();
    server.bind(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 8);
    this.session = new Session(card);
  }

  /** The bound port. */
  public int port() {
    return server.getLocalPort();
  }

  /** Serves for ever; the calling thread runs the card. */
  public void run() throws IOException {
    SynchronousQueue<Socket> waiting = new SynchronousQueue<>();
    Thread acceptor = new Thread(() -> accept(waiting), "accept");
    acceptor.setDaemon(true);
    acceptor.start();
    while (true) {
      try (Socket socket = waiting.take()) {
        session.serve(socket);
      } catch (IOException e) {
        System.err.println("keyfence-simulator: connection ended: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void accept(SynchronousQueue<Socket> waiting) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (!waiting.offer(socket, HANDOVER_MILLIS, TimeUnit.MILLISECONDS)) {
          socket.close();
        }
      } catch (IOException e) {
        System.err.println("keyfence-simulator: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
