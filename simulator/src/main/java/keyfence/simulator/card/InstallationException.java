package keyfence.simulator.card;

import javacard.framework.CardRuntimeException;

/** An applet refused its installation. */
public final class InstallationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InstallationException(AppletSpec spec, RuntimeException cause) {
    super("installation of " + spec + " failed" + reason(cause), cause);
  }

  private static String reason(RuntimeException cause) {
    if (cause instanceof CardRuntimeException card) {
      return String.format(
          " (%s %04X)", cause.getClass().getSimpleName(), card.getReason() & 0xffff);
    }
    return " (" + cause + ")";
  }
}
