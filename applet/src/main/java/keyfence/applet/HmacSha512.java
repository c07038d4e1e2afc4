// HMAC-SHA-512 (RFC 2104), with the card's own engine or without.
package keyfence.applet;

import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.CryptoException;
import javacard.security.HMACKey;
import javacard.security.KeyBuilder;
import javacard.security.Signature;

/**
 * Only some cards have the engine; the others pay 32 bytes of transient memory for the part of a
 * block that the key is in, and twice 96 of persistent memory for the rest, which never changes.
 */
final class HmacSha512 {
  static final short LENGTH = 64;
  private static final short MAX_KEY = 32;
  private static final short REST_OF_BLOCK = 96;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private Signature engine;
  private HMACKey engineKey;
  private byte[] keyBlock;
  private byte[] innerRest;
  private byte[] outerRest;

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
      keyBlock = JCSystem.makeTransientByteArray(MAX_KEY, JCSystem.CLEAR_ON_DESELECT);
      innerRest = rest(INNER);
      outerRest = rest(OUTER);
    }
  }

  private static byte[] rest(byte pad) {
    byte[] rest = new byte[REST_OF_BLOCK];
    Util.arrayFillNonAtomic(rest, (short) 0, REST_OF_BLOCK, pad);
    return rest;
  }

  /**
   * Writes HMAC(key, data), 64 bytes. The key has at most 32 bytes; out may overlap with all of it.
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
    for (short i = 0; i < MAX_KEY; i++) {
      keyBlock[i] = (byte) ((i < keyLen ? key[(short) (keyOff + i)] : 0) ^ INNER);
    }
    Crypto.sha512.reset();
    Crypto.sha512.update(keyBlock, (short) 0, MAX_KEY);
    Crypto.sha512.update(innerRest, (short) 0, REST_OF_BLOCK);
    Crypto.sha512.doFinal(data, off, len, out, outOff);
    // From the inner pad to the outer one without the key, which out may have overwritten.
    for (short i = 0; i < MAX_KEY; i++) {
      keyBlock[i] ^= (byte) (INNER ^ OUTER);
    }
    Crypto.sha512.update(keyBlock, (short) 0, MAX_KEY);
    Crypto.sha512.update(outerRest, (short) 0, REST_OF_BLOCK);
    Crypto.sha512.doFinal(out, outOff, LENGTH, out, outOff);
    Crypto.wipe(keyBlock, (short) 0, MAX_KEY);
  }

  /** Forgets the last key. */
  void wipe() {
    if (engine != null) {
      engineKey.clearKey();
    } else {
      Crypto.wipe(keyBlock, (short) 0, MAX_KEY);
    }
  }
}
