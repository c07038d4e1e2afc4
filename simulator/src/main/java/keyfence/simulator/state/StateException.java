package keyfence.simulator.state;

/** A state file that can't be used, with what is wrong with it; the file is left alone. */
public final class StateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StateException(String message) {
    super(message);
  }

  StateException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A file whose objects fit together so badly that no card comes of them. */
  public static StateException senseless(StateFile file, RuntimeException cause) {
    return new StateException(file + ": it makes no sense: " + cause, cause);
  }
}
