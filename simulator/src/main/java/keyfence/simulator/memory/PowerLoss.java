package keyfence.simulator.memory;

/**
 * The power went away in the middle of a command: the card answers nothing more until it is powered
 * up.
 */
public final class PowerLoss extends Error {
  private static final long serialVersionUID = 1L;

  /** One loss; there is nothing to tell about it. */
  public PowerLoss() {
    super("power lost", null, false, false);
  }
}
