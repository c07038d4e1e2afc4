package keyfence.simulator.memory;

import com.licel.jcardsim.crypto.ByteContainer;
import com.licel.jcardsim.crypto.ECPrivateKeyImpl;
import com.licel.jcardsim.crypto.SymmetricKeyImpl;
import javacard.framework.JCSystem;
import javacard.security.Key;
import javacard.security.KeyBuilder;

/**
 * Builds keys; where jCardSim never clears a transient key, or has none of that kind, it is put
 * right here.
 */
public final class TransientKeys {
  private TransientKeys() {}

  /** A key as {@code KeyBuilder.buildKey} makes it. */
  public static Key build(CardContext card, byte type, short length, boolean encryption) {
    byte event = event(type);
    int bytes = length / 8;
    if (event == JCSystem.NOT_A_TRANSIENT_OBJECT) {
      card.allocation().persistent(bytes);
      return KeyBuilder.buildKey(type, length, encryption);
    }
    card.allocation().transientBytes(bytes);
    Key key;
    if (isEc(type)) {
      key = new ECPrivateKeyImpl(KeyBuilder.TYPE_EC_FP_PRIVATE, length);
      Fields.set(key, "type", type);
    } else {
      key = KeyBuilder.buildKey(type, length, encryption);
      if (key instanceof SymmetricKeyImpl symmetric) {
        prepare(symmetric, event);
      }
    }
    card.transients().adopt(key, event);
    return key;
  }

  /**
   * Gives a transient key its memory at once, of the kind that its event says; jCardSim takes the
   * wrong kind later.
   */
  public static void prepare(SymmetricKeyImpl key, byte event) {
    int bytes = key.getSize() / 8;
    if (bytes > 0) {
      TransientStore.presize((ByteContainer) Fields.get(key, "key"), bytes, event);
    }
  }

  private static boolean isEc(byte type) {
    return type == KeyBuilder.TYPE_EC_FP_PRIVATE_TRANSIENT_RESET
        || type == KeyBuilder.TYPE_EC_FP_PRIVATE_TRANSIENT_DESELECT;
  }

  private static byte event(byte type) {
    switch (type) {
      case KeyBuilder.TYPE_DES_TRANSIENT_RESET:
      case KeyBuilder.TYPE_AES_TRANSIENT_RESET:
      case KeyBuilder.TYPE_HMAC_TRANSIENT_RESET:
      case KeyBuilder.TYPE_KOREAN_SEED_TRANSIENT_RESET:
      case KeyBuilder.TYPE_EC_FP_PRIVATE_TRANSIENT_RESET:
        return JCSystem.CLEAR_ON_RESET;
      case KeyBuilder.TYPE_DES_TRANSIENT_DESELECT:
      case KeyBuilder.TYPE_AES_TRANSIENT_DESELECT:
      case KeyBuilder.TYPE_HMAC_TRANSIENT_DESELECT:
      case KeyBuilder.TYPE_KOREAN_SEED_TRANSIENT_DESELECT:
      case KeyBuilder.TYPE_EC_FP_PRIVATE_TRANSIENT_DESELECT:
        return JCSystem.CLEAR_ON_DESELECT;
      default:
        return JCSystem.NOT_A_TRANSIENT_OBJECT;
    }
  }
}
