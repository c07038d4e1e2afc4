// The curve secp256k1: its parameters in key objects, public keys, and Diffie-Hellman.
package keyfence.applet;

import javacard.security.ECKey;
import javacard.security.ECPrivateKey;
import javacard.security.KeyAgreement;
import javacard.security.KeyBuilder;

/** secp256k1 (SEC 2, section 2.4.1) on the platform's engines. */
final class Secp256k1 {
  /**
   * Plain (X, Y) agreement: javacard.security.KeyAgreement names it from 3.0.5 on, cards have it
   * from 3.0.4.
   */
  private static final byte ALG_EC_SVDP_DH_PLAIN_XY = 6;

  static final byte[] P = {
    (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF,
        (byte) 0xFF,
    (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF,
        (byte) 0xFF,
    (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF,
        (byte) 0xFF,
    (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFC,
        (byte) 0x2F
  };
  static final byte[] N = {
    (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF,
        (byte) 0xFF,
    (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF,
        (byte) 0xFE,
    (byte) 0xBA, (byte) 0xAE, (byte) 0xDC, (byte) 0xE6, (byte) 0xAF, (byte) 0x48, (byte) 0xA0,
        (byte) 0x3B,
    (byte) 0xBF, (byte) 0xD2, (byte) 0x5E, (byte) 0x8C, (byte) 0xD0, (byte) 0x36, (byte) 0x41,
        (byte) 0x41
  };
  static final byte[] HALF_N = {
    (byte) 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF,
        (byte) 0xFF,
    (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF,
        (byte) 0xFF,
    (byte) 0x5D, (byte) 0x57, (byte) 0x6E, (byte) 0x73, (byte) 0x57, (byte) 0xA4, (byte) 0x50,
        (byte) 0x1D,
    (byte) 0xDF, (byte) 0xE9, (byte) 0x2F, (byte) 0x46, (byte) 0x68, (byte) 0x1B, (byte) 0x20,
        (byte) 0xA0
  };

  /** The generator, uncompressed. */
  static final byte[] G = {
    (byte) 0x04, (byte) 0x79, (byte) 0xBE, (byte) 0x66, (byte) 0x7E, (byte) 0xF9, (byte) 0xDC,
        (byte) 0xBB,
    (byte) 0xAC, (byte) 0x55, (byte) 0xA0, (byte) 0x62, (byte) 0x95, (byte) 0xCE, (byte) 0x87,
        (byte) 0x0B,
    (byte) 0x07, (byte) 0x02, (byte) 0x9B, (byte) 0xFC, (byte) 0xDB, (byte) 0x2D, (byte) 0xCE,
        (byte) 0x28,
    (byte) 0xD9, (byte) 0x59, (byte) 0xF2, (byte) 0x81, (byte) 0x5B, (byte) 0x16, (byte) 0xF8,
        (byte) 0x17,
    (byte) 0x98, (byte) 0x48, (byte) 0x3A, (byte) 0xDA, (byte) 0x77, (byte) 0x26, (byte) 0xA3,
        (byte) 0xC4,
    (byte) 0x65, (byte) 0x5D, (byte) 0xA4, (byte) 0xFB, (byte) 0xFC, (byte) 0x0E, (byte) 0x11,
        (byte) 0x08,
    (byte) 0xA8, (byte) 0xFD, (byte) 0x17, (byte) 0xB4, (byte) 0x48, (byte) 0xA6, (byte) 0x85,
        (byte) 0x54,
    (byte) 0x19, (byte) 0x9C, (byte) 0x47, (byte) 0xD0, (byte) 0x8F, (byte) 0xFB, (byte) 0x10,
        (byte) 0xD4,
    (byte) 0xB8
  };

  /** The curve's a. */
  static final byte[] ZERO = {
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00,
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00,
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00,
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00
  };

  private static final byte[] B = {
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00,
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00,
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00,
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x07
  };
  private static final byte[] ONE = {
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00,
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00,
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x00,
    (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00, (byte) 0x00,
        (byte) 0x01
  };

  private static KeyAgreement agreementX;
  private static KeyAgreement agreementXY;
  private static ECPrivateKey scratch;

  private Secp256k1() {}

  /** Makes the engines; later calls do nothing. Only called while an applet installs. */
  static void install() {
    if (scratch != null) {
      return;
    }
    agreementX = KeyAgreement.getInstance(KeyAgreement.ALG_EC_SVDP_DH_PLAIN, false);
    agreementXY = KeyAgreement.getInstance(ALG_EC_SVDP_DH_PLAIN_XY, false);
    scratch = newPrivateKey();
  }

  /**
   * A private key object on this curve, not yet with a secret. Allocates: only while an applet
   * installs.
   */
  static ECPrivateKey newPrivateKey() {
    ECPrivateKey key =
        (ECPrivateKey)
            KeyBuilder.buildKey(KeyBuilder.TYPE_EC_FP_PRIVATE, KeyBuilder.LENGTH_EC_FP_256, false);
    setCurve(key);
    return key;
  }

  /** Gives a private or public key object this curve's parameters. */
  static void setCurve(ECKey key) {
    key.setFieldFP(P, (short) 0, (short) P.length);
    key.setA(ZERO, (short) 0, (short) ZERO.length);
    key.setB(B, (short) 0, (short) B.length);
    key.setG(G, (short) 0, (short) G.length);
    key.setR(N, (short) 0, (short) N.length);
    key.setK((short) 1);
  }

  /**
   * The key object for one use of a secret held as bytes (32, valid); give it back with {@link
   * #release}.
   */
  static ECPrivateKey use(byte[] secret, short off) {
    scratch.setS(secret, off, Scalar.LENGTH);
    return scratch;
  }

  /** Overwrites the secret in the scratch key. */
  static void release() {
    overwrite(scratch);
  }

  /** Overwrites a key object's secret with the value 1: clearKey() may drop the parameters too. */
  static void overwrite(ECPrivateKey key) {
    key.setS(ONE, (short) 0, (short) ONE.length);
  }

  /**
   * Writes the uncompressed public key (65 bytes) of a valid secret (32 bytes). One multiplication.
   */
  static void publicKey(byte[] secret, short off, byte[] out, short outOff) {
    ECPrivateKey key = use(secret, off);
    try {
      publicKey(key, out, outOff);
    } finally {
      release();
    }
  }

  /** Writes the uncompressed public key (65 bytes) of a private key object. One multiplication. */
  static void publicKey(ECPrivateKey key, byte[] out, short outOff) {
    agreementXY.init(key);
    agreementXY.generateSecret(G, (short) 0, (short) G.length, out, outOff);
  }

  /**
   * Writes the X coordinate (32 bytes) of key times point; the platform throws at what is no point.
   */
  static void sharedX(ECPrivateKey key, byte[] point, short off, byte[] out, short outOff) {
    agreementX.init(key);
    agreementX.generateSecret(point, off, Protocol.POINT_LENGTH, out, outOff);
  }

  /** Writes a fresh private key (32 bytes, 0 &lt; key &lt; n). */
  static void randomScalar(byte[] out, short off) {
    do {
      Crypto.random.generateData(out, off, Scalar.LENGTH);
    } while (!Scalar.isValid(out, off));
  }

  /** Compresses in place: of 65 bytes at off the first 33 remain (SEC 1, section 2.3.3). */
  static void compress(byte[] point, short off) {
    point[off] = (byte) (0x02 | (point[(short) (off + 64)] & 1));
  }
}
