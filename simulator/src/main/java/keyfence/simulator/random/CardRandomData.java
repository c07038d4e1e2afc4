package keyfence.simulator.random;

import javacard.security.CryptoException;
import javacard.security.RandomData;
import keyfence.simulator.memory.CardContext;

/** The RandomData objects of a card, all fed by the card's one source. */
public final class CardRandomData extends RandomData {
  private final byte algorithm;
  private final CardContext card;

  /** An object for one of RandomData's algorithms. */
  public CardRandomData(byte algorithm, CardContext card) {
    switch (algorithm) {
      case ALG_PSEUDO_RANDOM:
      case ALG_SECURE_RANDOM:
      case ALG_TRNG:
      case ALG_FAST:
      case ALG_KEYGENERATION:
        break;
      default:
        CryptoException.throwIt(CryptoException.NO_SUCH_ALGORITHM);
    }
    this.algorithm = algorithm;
    this.card = card;
  }

  @Override
  public void generateData(byte[] buffer, short offset, short length) {
    if (length == 0) {
      CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
    }
    nextBytes(buffer, offset, length);
  }

  @Override
  public short nextBytes(byte[] buffer, short offset, short length) {
    if (offset < 0 || length < 0 || offset + length > buffer.length) {
      throw new ArrayIndexOutOfBoundsException();
    }
    card.random().fill(buffer, offset, length);
    return (short) (offset + length);
  }

  @Override
  public void setSeed(byte[] buffer, short offset, short length) {
    if (offset < 0 || length < 0 || offset + length > buffer.length) {
      throw new ArrayIndexOutOfBoundsException();
    }
  }

  @Override
  public byte getAlgorithm() {
    return algorithm;
  }
}
