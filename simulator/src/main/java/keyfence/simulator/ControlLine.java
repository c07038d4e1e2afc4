package keyfence.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Standard input: a command a line; its end is the end of the card. */
final class ControlLine {
  private final CardProcess card;

  ControlLine(CardProcess card) {
    this.card = card;
  }

  /** Reads in a thread of its own. */
  void start() {
    Thread thread = new Thread(this::read, "control");
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    try {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(execute(line.trim()));
        System.out.flush();
      }
    } catch (IOException e) {
      System.err.println("keyfence-simulator: standard input: " + e.getMessage());
    }
    System.exit(0);
  }

  private String execute(String line) {
    String[] words = line.split("\\s+");
    try {
      if (words[0].equals("cut") && words.length >= 2) {
        card.cut(Long.parseLong(words[1]), words.length > 2 && words[2].equals("inside"));
        return "ok";
      }
    } catch (NumberFormatException e) {
      return "error: " + e.getMessage();
    }
    return "error: unknown command: " + line;
  }
}
