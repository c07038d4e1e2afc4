package keyfence.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import keyfence.simulator.card.PowerLostException;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.count.CounterLog;
import keyfence.simulator.state.StateFile;
import keyfence.simulator.wire.CardHandler;

/**
 * The process's card, for the wire's thread and the control line's: each command is whole before
 * the next begins.
 */
final class CardProcess implements CardHandler {
  private static final int OFFSET_INS = 1;

  private final SimulatedCard card;
  private final Options options;
  private final StateFile state;
  private final CounterLog log;

  CardProcess(SimulatedCard card, Options options, StateFile state) throws IOException {
    this.card = card;
    this.options = options;
    this.state = state;
    this.log = new CounterLog(options.counters);
    if (state != null) {
      card.takeChanged();
      card.save(state);
    }
    if (options.cut != null) {
      cut(options.cut);
    }
  }

  @Override
  public synchronized void reset() {
    card.powerUp();
    save();
  }

  @Override
  public synchronized byte[] atr() {
    return card.atr();
  }

  @Override
  public synchronized byte[] command(byte[] apdu) {
    if (options.allocationOnlyIn != null) {
      boolean allowed =
          apdu.length > OFFSET_INS && options.allocationOnlyIn.contains(apdu[OFFSET_INS] & 0xff);
      card.refuseAllocation(!allowed);
    }
    byte[] answer;
    try {
      answer = card.transmit(apdu);
    } catch (PowerLostException e) {
      answer = null;
    }
    log.command(apdu, answer, card.counters());
    if (answer == null) {
      card.powerUp();
    }
    save();
    return answer;
  }

  /** The state is on disk before the answer leaves. */
  private void save() {
    if (state != null && card.takeChanged()) {
      try {
        card.save(state);
      } catch (IOException e) {
        throw new UncheckedIOException("can't write " + state, e);
      }
    }
  }

  /** Arms a power cut, or with null disarms it. */
  synchronized void cut(Options.Cut cut) {
    if (cut == null) {
      card.cancelCut();
    } else if (cut.inside()) {
      card.cutPowerInside(cut.write());
    } else {
      card.cutPowerBefore(cut.write());
    }
  }

  /** Refuses or allows allocation by the applets. */
  synchronized void refuseAllocation(boolean refuse) {
    card.refuseAllocation(refuse);
  }

  /** What the last command cost, as one line of JSON. */
  synchronized String counters() {
    return log.last();
  }
}
