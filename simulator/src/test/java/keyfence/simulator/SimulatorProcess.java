package keyfence.simulator;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import keyfence.simulator.card.Hex;

/** A simulator in a process of its own, as users start it, and its control line. */
final class SimulatorProcess implements AutoCloseable {
  private static final int WAIT_SECONDS = 60;

  private final Process process;
  private final BufferedReader out;
  private final Writer in;

  private SimulatorProcess(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }

  static SimulatorProcess start(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx24m", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("keyfence.simulator.Main");
    command.addAll(List.of(options));
    return new SimulatorProcess(new ProcessBuilder(command).start());
  }

  /** The next line that it prints, null at the end. */
  String line() throws IOException {
    return out.readLine();
  }

  /** The port of its "ready" line. */
  int port() throws IOException {
    String line = line();
    if (line == null || !line.startsWith("ready ")) {
      throw new IOException("no ready line but " + line + "; errors: " + errors());
    }
    return Integer.parseInt(line.substring(6));
  }

  /** Sends a control line and returns its answer. */
  String control(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
    return line();
  }

  void closeInput() throws IOException {
    in.close();
  }

  String errors() throws IOException {
    try (BufferedReader errors =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      return String.join("\n", errors.lines().toList());
    }
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("still running");
    }
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The reader's side of the wire. */
  static final class Reader implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream answers;

    Reader(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(WAIT_SECONDS * 1000);
      socket.setTcpNoDelay(true);
      this.answers = new DataInputStream(socket.getInputStream());
    }

    static Reader connect(int port) throws IOException {
      return new Reader(new Socket("127.0.0.1", port));
    }

    void send(String hex) throws IOException {
      byte[] content = Hex.decode(hex);
      byte[] frame = new byte[content.length + 2];
      frame[0] = (byte) (content.length >> 8);
      frame[1] = (byte) content.length;
      System.arraycopy(content, 0, frame, 2, content.length);
      socket.getOutputStream().write(frame);
    }

    /** The next frame, null when the card is gone. */
    String receive() throws IOException {
      int high = answers.read();
      if (high < 0) {
        return null;
      }
      byte[] content = new byte[high << 8 | answers.read()];
      answers.readFully(content);
      return Hex.encode(content);
    }

    String exchange(String hex) throws IOException {
      send(hex);
      return receive();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
