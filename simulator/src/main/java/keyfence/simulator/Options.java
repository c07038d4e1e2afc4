package keyfence.simulator;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import keyfence.simulator.card.AppletSpec;
import keyfence.simulator.card.Hex;

/** The command line. */
final class Options {
  static final String USAGE =
      """
      usage: java -jar keyfence-simulator.jar --listen PORT | --connect HOST:PORT [options]
        --listen PORT             wait for a reader on 127.0.0.1 (0: a free port, see the line "ready PORT")
        --connect HOST:PORT       plug the card into a vpcd virtual reader
        --seed N                  a card that repeats: every key and nonce follows from N
        --install-parameters HEX  install parameters of the Keycard applet (content of tag C9)
        --uid HEX                 the card's UID, 16 bytes
        --card FILE               a personalised card from a description (TOML or JSON, docs/simulator.md)
        --state FILE              the card's memory: read if the file is there, kept up to date in any case
        --classes DIR|JAR         another implementation's classes instead of Keyfence's, with
        --applet CLASS=AID[:HEX]  each of its applets, the AID of the instance, install parameters (repeatable)
        --cut N[:inside]          cut the power at the N-th persistent write
        --counters FILE           one JSON line for each command: what it cost
        --allocation-only-in INS  refuse allocation except in these commands (hexadecimal, comma-separated)
        --control PORT            take control lines on 127.0.0.1 as well as on standard input
        --self-test               make a card, select its applets over a socket, and end
        --detached                stay when standard input closes
      control lines: cut N [inside] | cut off | counters | reset | allocation refuse|allow | quit
      """;

  Integer listen;
  String connectHost;
  int connectPort;
  Long seed;
  byte[] installParameters = new byte[0];
  byte[] uid;
  Path card;
  Path state;
  Path classes;
  final List<AppletSpec> applets = new ArrayList<>();
  Cut cut;
  Path counters;
  Set<Integer> allocationOnlyIn;
  Integer control;
  boolean detached;
  boolean selfTest;
  boolean help;

  /** A command line that makes no sense. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /** A cut of the power. */
  record Cut(long write, boolean inside) {}

  static Options parse(List<String> arguments) throws UsageException {
    Options options = new Options();
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      options.take(rest.removeFirst(), rest);
    }
    if (!options.help) {
      options.check();
    }
    return options;
  }

  private void take(String option, Deque<String> rest) throws UsageException {
    switch (option) {
      case "--listen" -> listen = port(option, value(option, rest), 0);
      case "--connect" -> connect(value(option, rest));
      case "--seed" -> seed = number(option, value(option, rest));
      case "--install-parameters" -> installParameters = hex(option, value(option, rest));
      case "--uid" -> uid = uid(hex(option, value(option, rest)));
      case "--card" -> card = Path.of(value(option, rest));
      case "--state" -> state = Path.of(value(option, rest));
      case "--classes" -> classes = Path.of(value(option, rest));
      case "--applet" -> applets.add(applet(value(option, rest)));
      case "--cut" -> cut = cut(value(option, rest));
      case "--counters" -> counters = Path.of(value(option, rest));
      case "--allocation-only-in" -> allocationOnlyIn = instructions(option, value(option, rest));
      case "--control" -> control = port(option, value(option, rest), 0);
      case "--self-test" -> selfTest = true;
      case "--detached" -> detached = true;
      case "--help", "-h" -> help = true;
      default -> throw new UsageException("unknown option " + option);
    }
  }

  private void check() throws UsageException {
    if (selfTest) {
      return;
    }
    if ((listen == null) == (connectHost == null)) {
      throw new UsageException("one of --listen and --connect is needed");
    }
    if ((classes == null) != applets.isEmpty()) {
      throw new UsageException("--classes and --applet belong together");
    }
    if (classes != null && (card != null || installParameters.length > 0)) {
      throw new UsageException(
          "--classes doesn't go with --card or --install-parameters: use --applet CLASS=AID:HEX");
    }
    if (card != null && installParameters.length > 0) {
      throw new UsageException(
          "--card describes the installation: no --install-parameters beside it");
    }
  }

  private static String value(String option, Deque<String> rest) throws UsageException {
    if (rest.isEmpty()) {
      throw new UsageException(option + " needs a value");
    }
    return rest.removeFirst();
  }

  private void connect(String address) throws UsageException {
    int colon = address.lastIndexOf(':');
    if (colon < 1) {
      throw new UsageException("--connect needs HOST:PORT, not " + address);
    }
    connectHost = address.substring(0, colon);
    connectPort = port("--connect", address.substring(colon + 1), 1);
  }

  private static int port(String option, String text, int least) throws UsageException {
    long port = number(option, text);
    if (port < least || port > 65535) {
      throw new UsageException(option + ": no port " + text);
    }
    return (int) port;
  }

  private static long number(String option, String text) throws UsageException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UsageException(option + " needs a number, not " + text);
    }
  }

  private static byte[] hex(String option, String text) throws UsageException {
    try {
      return Hex.decode(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + " needs hexadecimal digits: " + e.getMessage());
    }
  }

  private static AppletSpec applet(String text) throws UsageException {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new UsageException("--applet needs CLASS=AID[:PARAMETERS], not " + text);
    }
    String[] parts = text.substring(equals + 1).split(":", 2);
    try {
      byte[] parameters = parts.length > 1 ? Hex.decode(parts[1]) : new byte[0];
      return new AppletSpec(text.substring(0, equals), Hex.decode(parts[0]), parameters);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--applet " + text + ": " + e.getMessage());
    }
  }

  /** {@code N} or {@code N:inside}. */
  static Cut cut(String text) throws UsageException {
    String[] parts = text.split("[:\\s]+", 2);
    boolean inside = parts.length == 2;
    long write = number("--cut", parts[0]);
    if (write < 1 || (inside && !parts[1].equals("inside"))) {
      throw new UsageException("a cut is N or N:inside with N from 1, not " + text);
    }
    return new Cut(write, inside);
  }

  private static Set<Integer> instructions(String option, String text) throws UsageException {
    Set<Integer> instructions = new HashSet<>();
    for (String ins : text.split(",")) {
      byte[] bytes = hex(option, ins);
      if (bytes.length != 1) {
        throw new UsageException(option + " needs instruction bytes, not " + ins);
      }
      instructions.add(bytes[0] & 0xff);
    }
    return instructions;
  }

  private static byte[] uid(byte[] bytes) throws UsageException {
    if (bytes.length != 16) {
      throw new UsageException("--uid needs 16 bytes, not " + bytes.length);
    }
    return bytes;
  }
}
