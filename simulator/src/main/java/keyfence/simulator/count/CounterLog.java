package keyfence.simulator.count;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Collectors;

/** One line of JSON for each command: its header, its status word, its counters. Never its data. */
public final class CounterLog {
  private static final int HEADER = 4;

  private final Path file;
  private String last = "{}";

  /** Appends to a file, or with null keeps only the last line. */
  public CounterLog(Path file) throws IOException {
    this.file = file;
    if (file != null) {
      append("");
    }
  }

  /** A command was answered, or with null wasn't. */
  public void command(byte[] command, byte[] answer, Counters counters) {
    StringBuilder header = new StringBuilder();
    for (int i = 0; i < Math.min(HEADER, command.length); i++) {
      header.append(String.format("%02X", command[i]));
    }
    String sw =
        answer == null
            ? "null"
            : String.format("\"%02X%02X\"", answer[answer.length - 2], answer[answer.length - 1]);
    last = "{\"command\":\"" + header + "\",\"sw\":" + sw + "," + members(counters.asMap()) + "}";
    if (file != null) {
      try {
        append(last + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException("can't write " + file, e);
      }
    }
  }

  private static String members(Map<String, Long> counters) {
    return counters.entrySet().stream()
        .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
        .collect(Collectors.joining(","));
  }

  private void append(String text) throws IOException {
    Files.write(
        file,
        text.getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** The last line. */
  public String last() {
    return last;
  }
}
