// GENERATE MNEMONIC: the word numbers of a random BIP-39 mnemonic.
package keyfence.applet;

import javacard.framework.Util;

/**
 * Entropy of 32 bits and one bit of checksum for each unit of P1; eleven bits make a word number.
 */
final class Mnemonic implements Protocol {
  private static final byte MIN_CHECKSUM = 4;
  private static final byte MAX_CHECKSUM = 8;
  private static final byte BITS_PER_WORD = 11;

  /** Behind the longest answer (24 words); wiped before that leaves. */
  private static final short ENTROPY = 100;

  private static final short DIGEST = 140;

  private Mnemonic() {}

  /** GENERATE MNEMONIC. */
  static short generate(byte[] apdu) {
    byte checksum = apdu[2];
    if (checksum < MIN_CHECKSUM || checksum > MAX_CHECKSUM) {
      Refuse.parameters();
    }
    short entropyLength = (short) (checksum * 4);
    Crypto.random.generateData(apdu, ENTROPY, entropyLength);
    Crypto.sha256.reset();
    Crypto.sha256.doFinal(apdu, ENTROPY, entropyLength, apdu, DIGEST);
    apdu[(short) (ENTROPY + entropyLength)] = apdu[DIGEST];
    short words = (short) (checksum * 3);
    short bit = 0;
    for (short word = 0; word < words; word++) {
      short value = 0;
      for (byte i = 0; i < BITS_PER_WORD; i++) {
        byte eight = apdu[(short) (ENTROPY + (bit >> 3))];
        value = (short) ((short) (value << 1) | ((eight >> (7 - (bit & 7))) & 1));
        bit++;
      }
      Util.setShort(apdu, (short) (ANSWER + (short) (word * 2)), value);
    }
    return (short) (words * 2);
  }
}
