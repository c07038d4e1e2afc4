package keyfence.simulator.hooks;

import com.licel.jcardsim.bouncycastle.crypto.Signer;
import com.licel.jcardsim.bouncycastle.crypto.params.ParametersWithRandom;
import com.licel.jcardsim.crypto.AsymmetricSignatureImpl;
import com.licel.jcardsim.crypto.KeyWithParameters;
import java.util.function.Supplier;
import javacard.security.Key;
import javacard.security.KeyAgreement;
import javacard.security.KeyBuilder;
import javacard.security.KeyPair;
import javacard.security.MessageDigest;
import javacard.security.PrivateKey;
import javacard.security.RandomData;
import javacard.security.Signature;
import javacardx.crypto.Cipher;
import keyfence.simulator.count.Counters;
import keyfence.simulator.memory.CallFrame;
import keyfence.simulator.memory.CardContext;
import keyfence.simulator.memory.Fields;
import keyfence.simulator.memory.TransientKeys;
import keyfence.simulator.random.CardRandomData;

/**
 * The engines: counted, fed by the card's own randomness, and with a card's exceptions. Outside a
 * card (no context on the thread) they are jCardSim's own.
 */
public final class CryptoHooks {
  private static final Counters NOBODY = new Counters();

  private CryptoHooks() {}

  private static Counters counters() {
    CardContext card = CardContext.current();
    return card == null ? NOBODY : card.counters();
  }

  /** Runs a call that may write to the given arrays or objects. */
  private static <T> T around(Supplier<T> call, Object... written) {
    CallFrame frame = CallFrame.before(written);
    T result;
    try {
      result = call.get();
    } catch (RuntimeException e) {
      throw frame.failed(e);
    }
    frame.after();
    return result;
  }

  private static void allocate() {
    CardContext card = CardContext.current();
    if (card != null) {
      card.allocation().persistent(0);
    }
  }

  /** Every random object of a card has the card's one source; jCardSim's repeat the same bytes. */
  @Redirect("javacard/security/RandomData.getInstance")
  public static RandomData randomInstance(byte algorithm) {
    CardContext card = CardContext.current();
    if (card == null) {
      return RandomData.getInstance(algorithm);
    }
    allocate();
    return new CardRandomData(algorithm, card);
  }

  /** Counted. */
  @Redirect(value = "javacard/security/RandomData.generateData", instance = true)
  public static void generateData(RandomData random, byte[] buffer, short offset, short length) {
    counters().randomBytes += length;
    around(
        () -> {
          random.generateData(buffer, offset, length);
          return null;
        },
        buffer);
  }

  /** jCardSim's own factory writes to standard output, so the asymmetric ones are made here. */
  @Redirect("javacard/security/Signature.getInstance")
  public static Signature signatureInstance(byte algorithm, boolean external) {
    allocate();
    switch (algorithm) {
      case Signature.ALG_ECDSA_SHA:
      case Signature.ALG_ECDSA_SHA_224:
      case Signature.ALG_ECDSA_SHA_256:
      case Signature.ALG_ECDSA_SHA_384:
      case Signature.ALG_ECDSA_SHA_512:
        return new AsymmetricSignatureImpl(algorithm);
      default:
        return Signature.getInstance(algorithm, external);
    }
  }

  /** Allocates. */
  @Redirect("javacard/security/MessageDigest.getInstance")
  public static MessageDigest digestInstance(byte algorithm, boolean external) {
    allocate();
    return MessageDigest.getInstance(algorithm, external);
  }

  /** Allocates. */
  @Redirect("javacardx/crypto/Cipher.getInstance")
  public static Cipher cipherInstance(byte algorithm, boolean external) {
    allocate();
    return Cipher.getInstance(algorithm, external);
  }

  /** Allocates. */
  @Redirect("javacard/security/KeyAgreement.getInstance")
  public static KeyAgreement agreementInstance(byte algorithm, boolean external) {
    allocate();
    return KeyAgreement.getInstance(algorithm, external);
  }

  /** A key; transient ones lose their value when a card's do. */
  @Redirect("javacard/security/KeyBuilder.buildKey")
  public static Key buildKey(byte type, short length, boolean encryption) {
    CardContext card = CardContext.current();
    if (card == null) {
      return KeyBuilder.buildKey(type, length, encryption);
    }
    return TransientKeys.build(card, type, length, encryption);
  }

  /** One EC multiplication, of the card's own randomness; jCardSim always makes the same pair. */
  @Redirect(value = "javacard/security/KeyPair.genKeyPair", instance = true)
  public static void genKeyPair(KeyPair pair) {
    CardContext card = CardContext.current();
    if (card != null) {
      Fields.set(Fields.get(pair, "impl"), "rnd", card.random().asSecureRandom());
    }
    counters().ecMultiplications++;
    around(
        () -> {
          pair.genKeyPair();
          return null;
        },
        pair);
  }

  /** Refuses keys that a card would refuse. */
  @Redirect(value = "javacard/security/KeyAgreement.init", instance = true)
  public static void agreementInit(KeyAgreement agreement, PrivateKey key) {
    around(
        () -> {
          agreement.init(key);
          return null;
        });
  }

  /** One EC multiplication. */
  @Redirect(value = "javacard/security/KeyAgreement.generateSecret", instance = true)
  public static short generateSecret(
      KeyAgreement agreement,
      byte[] point,
      short pointOffset,
      short pointLength,
      byte[] secret,
      short secretOffset) {
    counters().ecMultiplications++;
    return around(
        () -> agreement.generateSecret(point, pointOffset, pointLength, secret, secretOffset),
        (Object) secret);
  }

  /** Signing starts with the card's own randomness; jCardSim repeats the nonce. */
  @Redirect(value = "javacard/security/Signature.init", instance = true)
  public static void signatureInit(Signature signature, Key key, byte mode) {
    around(
        () -> {
          signature.init(key, mode);
          CardContext card = CardContext.current();
          if (card != null
              && mode == Signature.MODE_SIGN
              && signature instanceof AsymmetricSignatureImpl) {
            Signer engine = (Signer) Fields.get(signature, "engine");
            engine.init(
                true,
                new ParametersWithRandom(
                    ((KeyWithParameters) key).getParameters(), card.random().asSecureRandom()));
          }
          return null;
        });
  }

  /** Counted by length for MACs. */
  @Redirect(value = "javacard/security/Signature.update", instance = true)
  public static void signatureUpdate(Signature signature, byte[] in, short offset, short length) {
    around(
        () -> {
          signature.update(in, offset, length);
          return null;
        });
    if (signature.getAlgorithm() == Signature.ALG_AES_MAC_128_NOPAD) {
      counters().macBytes += length;
    }
  }

  /** Counted by algorithm. */
  @Redirect(value = "javacard/security/Signature.sign", instance = true)
  public static short sign(
      Signature signature, byte[] in, short offset, short length, byte[] out, short outOffset) {
    count(signature, length, true);
    return around(() -> signature.sign(in, offset, length, out, outOffset), (Object) out);
  }

  /** Counted by algorithm. */
  @Redirect(value = "javacard/security/Signature.signPreComputedHash", instance = true)
  public static short signPreComputedHash(
      Signature signature, byte[] hash, short offset, short length, byte[] out, short outOffset) {
    count(signature, length, true);
    return around(
        () -> signature.signPreComputedHash(hash, offset, length, out, outOffset), (Object) out);
  }

  /** Counted by algorithm. */
  @Redirect(value = "javacard/security/Signature.verify", instance = true)
  public static boolean verify(
      Signature signature,
      byte[] in,
      short offset,
      short length,
      byte[] value,
      short valueOffset,
      short valueLength) {
    count(signature, length, false);
    return around(() -> signature.verify(in, offset, length, value, valueOffset, valueLength));
  }

  private static void count(Signature signature, short length, boolean making) {
    Counters counters = counters();
    if (signature instanceof AsymmetricSignatureImpl) {
      if (making) {
        counters.ecdsaSign++;
      } else {
        counters.ecdsaVerify++;
      }
      return;
    }
    switch (signature.getAlgorithm()) {
      case Signature.ALG_HMAC_SHA_512 -> counters.hmacSha512++;
      case Signature.ALG_HMAC_SHA1,
          Signature.ALG_HMAC_SHA_256,
          Signature.ALG_HMAC_SHA_384,
          Signature.ALG_HMAC_MD5,
          Signature.ALG_HMAC_RIPEMD160 ->
          counters.hmacOther++;
      default -> {
        counters.mac++;
        counters.macBytes += length;
      }
    }
  }

  /** Counted by algorithm. */
  @Redirect(value = "javacard/security/MessageDigest.doFinal", instance = true)
  public static short digest(
      MessageDigest digest, byte[] in, short offset, short length, byte[] out, short outOffset) {
    Counters counters = counters();
    switch (digest.getAlgorithm()) {
      case MessageDigest.ALG_SHA_256 -> counters.sha256++;
      case MessageDigest.ALG_SHA_512 -> counters.sha512++;
      default -> counters.hashOther++;
    }
    return around(() -> digest.doFinal(in, offset, length, out, outOffset), (Object) out);
  }

  /** Counted. */
  @Redirect(value = "javacardx/crypto/Cipher.doFinal", instance = true)
  public static short cipherFinal(
      Cipher cipher, byte[] in, short offset, short length, byte[] out, short outOffset) {
    countCipher(length);
    return around(() -> cipher.doFinal(in, offset, length, out, outOffset), (Object) out);
  }

  /** Counted. */
  @Redirect(value = "javacardx/crypto/Cipher.update", instance = true)
  public static short cipherUpdate(
      Cipher cipher, byte[] in, short offset, short length, byte[] out, short outOffset) {
    countCipher(length);
    return around(() -> cipher.update(in, offset, length, out, outOffset), (Object) out);
  }

  private static void countCipher(short length) {
    Counters counters = counters();
    counters.aes++;
    counters.aesBytes += length;
  }
}
