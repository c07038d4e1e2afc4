package keyfence.simulator.wire;

/** The card as the wire sees it. */
public interface CardHandler {
  /** Power off and on again: reader control bytes 0, 1 and 2. */
  void reset();

  /** The answer to reset. */
  byte[] atr();

  /** An answer to a command, null when the card lost its power and gives none. */
  byte[] command(byte[] apdu);
}
