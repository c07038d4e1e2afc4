package keyfence.simulator.hooks;

import javacard.framework.CardRuntimeException;
import javacard.security.CryptoException;

/** The exceptions of a card in place of those of the libraries that jCardSim is made of. */
public final class Exceptions {
  private Exceptions() {}

  /**
   * What a card throws where jCardSim threw this: a point off the curve or a scalar out of range is
   * ILLEGAL_VALUE.
   */
  public static RuntimeException asOnCard(RuntimeException cause) {
    if (cause instanceof CardRuntimeException
        || cause instanceof NullPointerException
        || cause instanceof ArrayStoreException
        || cause instanceof ClassCastException
        || cause instanceof NegativeArraySizeException
        || cause instanceof SecurityException) {
      return cause;
    }
    if (cause instanceof IndexOutOfBoundsException) {
      return cause instanceof ArrayIndexOutOfBoundsException
          ? cause
          : new ArrayIndexOutOfBoundsException();
    }
    return new CryptoException(CryptoException.ILLEGAL_VALUE);
  }
}
