// HMAC-SHA-512 (RFC 2104), with the card's own engine or without.
package keyfence.applet;

import javacard.framework.JCSystem;
import javacard.security.CryptoException;
import javacard.security.HMACKey;
import javacard.security.KeyBuilder;
import javacard.security.Signature;

/** Only some cards have the engine; the others pay 128 bytes of transient memory for a block. */
final class HmacSha512 {
  static final short LENGTH = 64;
  private static final short BLOCK = 128;

  private Signature engine;
  private HMACKey engineKey;
  private byte[] block;

  HmacSha512() {
    try {
      engine = Signature.getInstance(Signature.ALG_HMAC_SHA_512, false);
      engineKey =
          (HMACKey)
              KeyBuilder.buildKey(
                  KeyBuilder.TYPE_HMAC_TRANSIENT_DESELECT,
                  KeyBuilder.LENGTH_HMAC_SHA_512_BLOCK_128,
                  false);
    } catch (CryptoException e) {
      engine = null;
      block = JCSystem.makeTransientByteArray(BLOCK, JCSystem.CLEAR_ON_DESELECT);
    }
  }

  /**
   * Writes HMAC(key, data), 64 bytes. The key has at most 128 bytes; out may overlap with all of
   * it.
   */
  void compute(
      byte[] key,
      short keyOff,
      short keyLen,
      byte[] data,
      short off,
      short len,
      byte[] out,
      short outOff) {
    if (engine != null) {
      engineKey.setKey(key, keyOff, keyLen);
      engine.init(engineKey, Signature.MODE_SIGN);
      engine.sign(data, off, len, out, outOff);
      return;
    }
    for (short i = 0; i < BLOCK; i++) {
      block[i] = (byte) ((i < keyLen ? key[(short) (keyOff + i)] : 0) ^ 0x36);
    }
    Crypto.sha512.reset();
    Crypto.sha512.update(block, (short) 0, BLOCK);
    Crypto.sha512.doFinal(data, off, len, out, outOff);
    // From the inner pad to the outer one without the key, which out may have overwritten.
    for (short i = 0; i < BLOCK; i++) {
      block[i] ^= (byte) (0x36 ^ 0x5c);
    }
    Crypto.sha512.update(block, (short) 0, BLOCK);
    Crypto.sha512.doFinal(out, outOff, LENGTH, out, outOff);
    Crypto.wipe(block, (short) 0, BLOCK);
  }

  /** Forgets the last key. */
  void wipe() {
    if (engine != null) {
      engineKey.clearKey();
    } else {
      Crypto.wipe(block, (short) 0, BLOCK);
    }
  }
}
