package keyfence.simulator.card;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import keyfence.simulator.memory.Snapshot;

/**
 * Runs one command again and again from the same state, each time with the power cut at another
 * persistent write, and looks at the card after it has been powered up. An atomic command leaves it
 * as before or as after.
 */
public final class PowerCuts {
  private static final int MOST_WRITES = 10_000;

  private final SimulatedCard card;

  /** Cuts on a card in its present state, to which it returns in the end. */
  public PowerCuts(SimulatedCard card) {
    this.card = card;
  }

  /**
   * What a cut left behind.
   *
   * @param write the persistent write at which the power went, from 1
   * @param inside whether it went half way through it
   * @param state what the probe saw
   */
  public record Outcome(int write, boolean inside, String state) {}

  /**
   * All outcomes of a command.
   *
   * @param before what the probe sees without the command
   * @param after what it sees after the whole command
   * @param answer the whole command's answer
   * @param outcomes one for each cut
   */
  public record Report(String before, String after, byte[] answer, List<Outcome> outcomes) {
    /** The outcomes that are neither as before nor as after: none if the command is atomic. */
    public List<Outcome> mixed() {
      return outcomes.stream()
          .filter(o -> !o.state.equals(before) && !o.state.equals(after))
          .toList();
    }
  }

  /**
   * Cuts a command at each of its persistent writes, before it and inside it.
   *
   * @param probe reads the state of the powered-up card; it may change the card, which is put back
   */
  public Report explore(byte[] command, Function<SimulatedCard, String> probe) {
    Snapshot start = card.snapshot();
    card.powerUp();
    final String before = probe.apply(card);
    card.restore(start);
    final byte[] answer = card.transmit(command);
    card.powerUp();
    final String after = probe.apply(card);
    List<Outcome> outcomes = new ArrayList<>();
    for (int write = 1; write <= MOST_WRITES; write++) {
      boolean cut = run(start, command, write, false, probe, outcomes);
      if (!cut) {
        card.restore(start);
        return new Report(before, after, answer, outcomes);
      }
      run(start, command, write, true, probe, outcomes);
    }
    throw new IllegalStateException(
        "more than " + MOST_WRITES + " persistent writes in one command");
  }

  private boolean run(
      Snapshot start,
      byte[] command,
      int write,
      boolean inside,
      Function<SimulatedCard, String> probe,
      List<Outcome> outcomes) {
    card.restore(start);
    if (inside) {
      card.cutPowerInside(write);
    } else {
      card.cutPowerBefore(write);
    }
    try {
      card.transmit(command);
      card.cancelCut();
      return false;
    } catch (PowerLostException e) {
      card.powerUp();
      outcomes.add(new Outcome(write, inside, probe.apply(card)));
      return true;
    }
  }
}
