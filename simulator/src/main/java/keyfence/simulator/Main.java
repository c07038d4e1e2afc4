package keyfence.simulator;

import java.io.IOException;
import java.util.List;
import keyfence.simulator.card.InstallationException;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.wire.Listener;
import keyfence.simulator.wire.Plug;

/** A card in a process of its own: {@code java -jar keyfence-simulator.jar}. */
public final class Main {
  private static final int USAGE = 2;
  private static final int FAILED = 1;

  private Main() {}

  /** Runs a card until its standard input closes, or for good when detached. */
  public static void main(String[] arguments) {
    Options options;
    try {
      options = Options.parse(List.of(arguments));
    } catch (Options.UsageException e) {
      System.err.println("keyfence-simulator: " + e.getMessage());
      System.err.print(Options.USAGE);
      System.exit(USAGE);
      return;
    }
    if (options.help) {
      System.out.print(Options.USAGE);
      return;
    }
    try {
      run(options);
      System.exit(0);
    } catch (InstallationException | IllegalArgumentException e) {
      System.err.println("keyfence-simulator: " + e.getMessage());
      System.exit(USAGE);
    } catch (IOException e) {
      System.err.println("keyfence-simulator: " + e.getMessage());
      System.exit(FAILED);
    }
  }

  private static void run(Options options) throws IOException {
    SimulatedCard.Builder builder =
        SimulatedCard.builder().installParameters(options.installParameters).uid(options.uid);
    if (options.seed != null) {
      builder.seed(options.seed);
    }
    CardProcess card = new CardProcess(builder.build());
    if (!options.detached) {
      new ControlLine(card).start();
    }
    if (options.listen != null) {
      Listener listener = new Listener(options.listen, card);
      ready(listener.port());
      listener.run();
    } else {
      new Plug(options.connectHost, options.connectPort, card)
          .run(() -> ready(options.connectPort));
    }
  }

  private static void ready(int port) {
    System.out.println("ready " + port);
    System.out.flush();
  }
}
