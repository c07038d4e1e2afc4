package keyfence.simulator.card;

import java.nio.charset.StandardCharsets;

/**
 * The answer to reset: T=1, historical bytes "keyfence-sim", by which a simulated card is told from
 * a real one.
 */
public final class Atr {
  /** The historical bytes. */
  public static final String HISTORICAL = "keyfence-sim";

  private Atr() {}

  /** The bytes, check byte included. */
  public static byte[] bytes() {
    byte[] historical = HISTORICAL.getBytes(StandardCharsets.US_ASCII);
    byte[] atr = new byte[3 + historical.length + 1];
    atr[0] = 0x3B;
    // TD1 follows, 12 historical bytes; TD1 says T=1 and nothing more.
    atr[1] = (byte) (0x80 | historical.length);
    atr[2] = 0x01;
    System.arraycopy(historical, 0, atr, 3, historical.length);
    byte check = 0;
    for (int i = 1; i < atr.length - 1; i++) {
      check ^= atr[i];
    }
    atr[atr.length - 1] = check;
    return atr;
  }
}
