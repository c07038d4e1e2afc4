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
}
