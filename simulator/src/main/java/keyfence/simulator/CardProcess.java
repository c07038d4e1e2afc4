package keyfence.simulator;

import keyfence.simulator.card.PowerLostException;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.wire.CardHandler;

/** The process's card, for the wire's thread and the control line's. */
final class CardProcess implements CardHandler {
  private final SimulatedCard card;

  CardProcess(SimulatedCard card) {
    this.card = card;
  }

  @Override
  public synchronized void reset() {
    card.powerUp();
  }

  @Override
  public synchronized byte[] atr() {
    return card.atr();
  }

  @Override
  public synchronized byte[] command(byte[] apdu) {
    try {
      return card.transmit(apdu);
    } catch (PowerLostException e) {
      return null;
    }
  }

  /** Arms a power cut. */
  synchronized void cut(long write, boolean inside) {
    if (inside) {
      card.cutPowerInside(write);
    } else {
      card.cutPowerBefore(write);
    }
  }
}
