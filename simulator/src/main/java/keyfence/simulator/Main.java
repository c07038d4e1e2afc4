package keyfence.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import keyfence.simulator.card.CardClassSet;
import keyfence.simulator.card.InstallationException;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.describe.CardDescription;
import keyfence.simulator.describe.Personaliser;
import keyfence.simulator.state.StateException;
import keyfence.simulator.state.StateFile;
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
    System.exit(exitCode(options));
  }

  private static int exitCode(Options options) {
    try {
      if (options.selfTest) {
        new SelfTest().run(options);
      } else {
        run(options);
      }
      return 0;
    } catch (InstallationException | IllegalArgumentException | StateException e) {
      System.err.println("keyfence-simulator: " + e.getMessage());
      return USAGE;
    } catch (IOException | UncheckedIOException e) {
      System.err.println("keyfence-simulator: " + e.getMessage());
      return FAILED;
    }
  }

  private static void run(Options options) throws IOException {
    StateFile file = options.state == null ? null : StateFile.open(options.state);
    CardProcess card = new CardProcess(card(options, file), options, file);
    ControlLine control = new ControlLine(card);
    if (options.control != null) {
      System.out.println("control " + control.listen(options.control));
    }
    if (options.listen != null) {
      Listener listener = new Listener(options.listen, card);
      ready(listener.port(), options, control);
      listener.run();
    } else {
      Plug plug = new Plug(options.connectHost, options.connectPort, card);
      plug.run(() -> ready(options.connectPort, options, control));
    }
  }

  private static SimulatedCard card(Options options, StateFile file) throws IOException {
    SimulatedCard.Builder builder =
        SimulatedCard.builder().installParameters(options.installParameters).uid(options.uid);
    if (options.seed != null) {
      builder.seed(options.seed);
    }
    if (options.classes != null) {
      builder.classes(classes(options.classes)).applets(options.applets);
    }
    Personaliser personaliser = null;
    if (options.card != null) {
      personaliser = new Personaliser(CardDescription.read(options.card));
      personaliser.prepare(builder);
    }
    if (file != null) {
      SimulatedCard stored = builder.load(file);
      if (stored != null) {
        return stored;
      }
    }
    SimulatedCard card = builder.build();
    if (personaliser != null) {
      personaliser.personalise(card);
    }
    return card;
  }

  private static CardClassSet classes(Path from) {
    try {
      return CardClassSet.load(from);
    } catch (IOException e) {
      throw new IllegalArgumentException("no classes in " + from + ": " + e, e);
    }
  }

  /** Standard input is read from here on only, so that this line comes whatever is closed. */
  private static void ready(int port, Options options, ControlLine control) {
    System.out.println("ready " + port);
    System.out.flush();
    if (!options.detached) {
      control.readStandardInput();
    }
  }
}
