package keyfence.simulator.state;

import com.licel.jcardsim.crypto.ByteContainer;
import com.licel.jcardsim.crypto.ECPrivateKeyImpl;
import com.licel.jcardsim.crypto.ECPublicKeyImpl;
import com.licel.jcardsim.crypto.KeyPairImpl;
import com.licel.jcardsim.crypto.SymmetricKeyImpl;
import java.util.List;
import javacard.framework.AID;
import javacard.framework.OwnerPIN;
import javacard.security.KeyAgreement;
import javacard.security.KeyPair;
import javacard.security.MessageDigest;
import javacard.security.RandomData;
import javacard.security.Signature;
import javacardx.crypto.Cipher;
import keyfence.simulator.hooks.CryptoHooks;

/** How an object is stored. The numbers are part of the file format. */
enum ObjectKind {
  /** An array: its type of transience, and its content if it has none. */
  ARRAY(1),
  /** An object of the card's own classes: by fields. */
  CARD(2),
  /** One of jCardSim's objects that hold data: by fields, without the engines behind them. */
  PLATFORM(3),
  /** An engine: by its algorithm, made anew. */
  ENGINE(4);

  /** jCardSim's objects that are stored by their fields. */
  static final List<Class<?>> PLATFORM_CLASSES =
      List.of(
          AID.class,
          OwnerPIN.class,
          KeyPair.class,
          KeyPairImpl.class,
          ByteContainer.class,
          SymmetricKeyImpl.class,
          ECPrivateKeyImpl.class,
          ECPublicKeyImpl.class);

  final int code;

  ObjectKind(int code) {
    this.code = code;
  }

  static ObjectKind of(int code) {
    for (ObjectKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new StateException("unknown kind of object " + code);
  }

  /** The engines, by the name that the file has for them. */
  enum Engine {
    DIGEST,
    SIGNATURE,
    CIPHER,
    AGREEMENT,
    RANDOM;

    /** What an object is an engine of, null for other objects. */
    static Engine of(Object object) {
      if (object instanceof MessageDigest) {
        return DIGEST;
      } else if (object instanceof Signature) {
        return SIGNATURE;
      } else if (object instanceof Cipher) {
        return CIPHER;
      } else if (object instanceof KeyAgreement) {
        return AGREEMENT;
      } else if (object instanceof RandomData) {
        return RANDOM;
      }
      return null;
    }

    /** The object's algorithm. */
    byte algorithm(Object object) {
      return switch (this) {
        case DIGEST -> ((MessageDigest) object).getAlgorithm();
        case SIGNATURE -> ((Signature) object).getAlgorithm();
        case CIPHER -> ((Cipher) object).getAlgorithm();
        case AGREEMENT -> ((KeyAgreement) object).getAlgorithm();
        case RANDOM -> ((RandomData) object).getAlgorithm();
      };
    }

    /** A new object for an algorithm. */
    Object make(byte algorithm) {
      return switch (this) {
        case DIGEST -> CryptoHooks.digestInstance(algorithm, false);
        case SIGNATURE -> CryptoHooks.signatureInstance(algorithm, false);
        case CIPHER -> CryptoHooks.cipherInstance(algorithm, false);
        case AGREEMENT -> CryptoHooks.agreementInstance(algorithm, false);
        case RANDOM -> CryptoHooks.randomInstance(algorithm);
      };
    }
  }
}
