package keyfence.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
        --detached                stay when standard input closes
      """;

  Integer listen;
  String connectHost;
  int connectPort;
  Long seed;
  byte[] installParameters = new byte[0];
  byte[] uid;
  boolean detached;
  boolean help;

  /** A command line that makes no sense. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

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
      case "--detached" -> detached = true;
      case "--help", "-h" -> help = true;
      default -> throw new UsageException("unknown option " + option);
    }
  }

  private void check() throws UsageException {
    if ((listen == null) == (connectHost == null)) {
      throw new UsageException("one of --listen and --connect is needed");
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

  private static byte[] uid(byte[] bytes) throws UsageException {
    if (bytes.length != 16) {
      throw new UsageException("--uid needs 16 bytes, not " + bytes.length);
    }
    return bytes;
  }
}
