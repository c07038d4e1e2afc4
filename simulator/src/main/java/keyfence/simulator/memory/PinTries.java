package keyfence.simulator.memory;

import javacard.framework.OwnerPIN;

/** The writes to the try counter of a platform PIN, each outside any transaction. */
public final class PinTries {
  private final CardContext card;

  /** For the PINs of a card. */
  public PinTries(CardContext card) {
    this.card = card;
  }

  /** The counter is about to be written. */
  public void beforeWrite(OwnerPIN pin) {
    byte[] tries = (byte[]) Fields.get(pin, "triesLeft");
    card.journal().before(ArrayUndo.of(tries, 0, 1), 1, Journal.Kind.UNCONDITIONAL);
  }

  /**
   * A right PIN has put the counter back to its limit. When the power goes just before, the try
   * stays counted.
   *
   * @param counted the counter's value after the try was counted
   */
  public void counterRestored(OwnerPIN pin, byte counted) {
    byte[] tries = (byte[]) Fields.get(pin, "triesLeft");
    byte[] old = {counted};
    card.journal().after(ArrayUndo.fromCopy(tries, old, 0, 1), 1, Journal.Kind.UNCONDITIONAL);
  }
}
