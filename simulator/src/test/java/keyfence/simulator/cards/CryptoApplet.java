package keyfence.simulator.cards;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.Util;
import javacard.security.AESKey;
import javacard.security.CryptoException;
import javacard.security.ECPrivateKey;
import javacard.security.ECPublicKey;
import javacard.security.HMACKey;
import javacard.security.KeyAgreement;
import javacard.security.KeyBuilder;
import javacard.security.KeyPair;
import javacard.security.MessageDigest;
import javacard.security.RandomData;
import javacard.security.Signature;
import javacardx.crypto.Cipher;

/** Each engine once, on the curve that jCardSim has by default. */
public class CryptoApplet extends Applet {
  private final RandomData random;
  private final KeyPair pair;
  private final ECPrivateKey scalar;
  private final Signature ecdsa;
  private final KeyAgreement agreement;
  private final Signature hmac;
  private final HMACKey hmacKey;
  private final MessageDigest sha256;
  private final MessageDigest sha512;
  private final AESKey aesKey;
  private final Cipher cipher;
  private final Signature mac;

  private CryptoApplet() {
    random = RandomData.getInstance(RandomData.ALG_SECURE_RANDOM);
    pair = new KeyPair(KeyPair.ALG_EC_FP, (short) 256);
    pair.genKeyPair();
    scalar = (ECPrivateKey) KeyBuilder.buildKey((byte) 31, (short) 256, false);
    ecdsa = Signature.getInstance(Signature.ALG_ECDSA_SHA_256, false);
    agreement = KeyAgreement.getInstance(KeyAgreement.ALG_EC_SVDP_DH_PLAIN, false);
    hmac = Signature.getInstance(Signature.ALG_HMAC_SHA_512, false);
    hmacKey =
        (HMACKey) KeyBuilder.buildKey(KeyBuilder.TYPE_HMAC_TRANSIENT_DESELECT, (short) 512, false);
    sha256 = MessageDigest.getInstance(MessageDigest.ALG_SHA_256, false);
    sha512 = MessageDigest.getInstance(MessageDigest.ALG_SHA_512, false);
    aesKey = (AESKey) KeyBuilder.buildKey(KeyBuilder.TYPE_AES_TRANSIENT_RESET, (short) 256, false);
    cipher = Cipher.getInstance(Cipher.ALG_AES_CBC_ISO9797_M2, false);
    mac = Signature.getInstance(Signature.ALG_AES_MAC_128_NOPAD, false);
  }

  public static void install(byte[] parameters, short offset, byte length) {
    new CryptoApplet().register();
  }

  @Override
  public void process(APDU apdu) {
    if (selectingApplet()) {
      return;
    }
    byte[] b = apdu.getBuffer();
    short length = apdu.setIncomingAndReceive();
    short out = 0;
    try {
      switch (b[ISO7816.OFFSET_INS]) {
        case 0x20:
          random.generateData(b, (short) 0, (short) 32);
          out = 32;
          break;
        case 0x21:
          out = ((ECPublicKey) pair.getPublic()).getW(b, (short) 0);
          break;
        case 0x22:
          ecdsa.init(pair.getPrivate(), Signature.MODE_SIGN);
          out = ecdsa.sign(b, (short) 0, (short) 5, b, (short) 10);
          Util.arrayCopyNonAtomic(b, (short) 10, b, (short) 0, out);
          break;
        case 0x23:
          agreement.init(pair.getPrivate());
          out = agreement.generateSecret(b, ISO7816.OFFSET_CDATA, length, b, (short) 128);
          break;
        case 0x24:
          setCurve(b);
          scalar.setS(b, ISO7816.OFFSET_CDATA, (short) 32);
          agreement.init(scalar);
          ((ECPublicKey) pair.getPublic()).getW(b, (short) 0);
          out = agreement.generateSecret(b, (short) 0, (short) 65, b, (short) 128);
          break;
        case 0x25:
          allOfThem(b);
          break;
        case 0x26:
          pair.genKeyPair();
          break;
        case 0x27:
          out = scalar.isInitialized() ? (short) 1 : (short) 0;
          break;
        default:
          ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
      }
    } catch (CryptoException e) {
      ISOException.throwIt((short) (0x6f10 + e.getReason()));
    }
    apdu.setOutgoingAndSend((short) 0, out);
  }

  /** A transient key loses its curve with its value. */
  private void setCurve(byte[] b) {
    ECPublicKey from = (ECPublicKey) pair.getPublic();
    scalar.setFieldFP(b, (short) 100, from.getField(b, (short) 100));
    scalar.setA(b, (short) 100, from.getA(b, (short) 100));
    scalar.setB(b, (short) 100, from.getB(b, (short) 100));
    scalar.setG(b, (short) 100, from.getG(b, (short) 100));
    scalar.setR(b, (short) 100, from.getR(b, (short) 100));
    scalar.setK(from.getK());
  }

  private void allOfThem(byte[] b) {
    hmacKey.setKey(b, (short) 0, (short) 64);
    hmac.init(hmacKey, Signature.MODE_SIGN);
    hmac.sign(b, (short) 0, (short) 64, b, (short) 0);
    sha256.doFinal(b, (short) 0, (short) 64, b, (short) 0);
    sha512.doFinal(b, (short) 0, (short) 64, b, (short) 0);
    aesKey.setKey(b, (short) 0);
    cipher.init(aesKey, Cipher.MODE_ENCRYPT, b, (short) 0, (short) 16);
    cipher.doFinal(b, (short) 0, (short) 20, b, (short) 64);
    mac.init(aesKey, Signature.MODE_SIGN);
    mac.sign(b, (short) 0, (short) 32, b, (short) 64);
    random.generateData(b, (short) 0, (short) 8);
  }
}
