package keyfence.simulator.card;

/**
 * The card lost its power during a command and gave no answer; {@link SimulatedCard#powerUp} brings
 * it back.
 */
public final class PowerLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PowerLostException() {
    super("the card lost its power and gave no answer");
  }
}
