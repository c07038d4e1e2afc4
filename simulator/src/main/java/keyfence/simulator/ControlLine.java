package keyfence.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Control lines, each answered by one line: "ok", a line of JSON, or "error: ...". */
final class ControlLine {
  private final CardProcess card;

  ControlLine(CardProcess card) {
    this.card = card;
  }

  /** Reads standard input in a thread of its own; its end is the end of the card. */
  void readStandardInput() {
    inBackground(
        () -> {
          serve(System.in, System.out);
          System.exit(0);
        });
  }

  /** Serves a port of the loopback interface, one connection after the other; returns the port. */
  int listen(int port) throws IOException {
    ServerSocket server =
        new ServerSocket(port, 4, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    inBackground(
        () -> {
          while (true) {
            try (Socket socket = server.accept()) {
              serve(
                  socket.getInputStream(),
                  new PrintStream(socket.getOutputStream(), true, StandardCharsets.UTF_8));
            } catch (IOException e) {
              System.err.println("keyfence-simulator: control: " + e.getMessage());
            }
          }
        });
    return server.getLocalPort();
  }

  private static void inBackground(Runnable work) {
    Thread thread = new Thread(work, "control");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(InputStream in, PrintStream out) {
    try {
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          out.println(execute(line.trim()));
          out.flush();
        }
      }
    } catch (IOException e) {
      System.err.println("keyfence-simulator: control: " + e.getMessage());
    }
  }

  private String execute(String line) {
    String[] words = line.split("\\s+", 2);
    String rest = words.length > 1 ? words[1] : "";
    try {
      switch (words[0]) {
        case "cut":
          card.cut(rest.equals("off") ? null : Options.cut(rest));
          return "ok";
        case "counters":
          return card.counters();
        case "reset":
          card.reset();
          return "ok";
        case "allocation":
          return allocation(rest);
        case "quit":
          System.exit(0);
          return "ok";
        default:
          return "error: unknown control line: " + line;
      }
    } catch (Options.UsageException e) {
      return "error: " + e.getMessage();
    }
  }

  private String allocation(String what) {
    if (!what.equals("refuse") && !what.equals("allow")) {
      return "error: allocation refuse or allocation allow";
    }
    card.refuseAllocation(what.equals("refuse"));
    return "ok";
  }
}
