package keyfence.simulator.describe;

/** A description of a card that can't be used, with what is wrong and where. */
public final class DescriptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  DescriptionException(String message) {
    super(message);
  }

  DescriptionException(String message, Throwable cause) {
    super(message, cause);
  }
}
