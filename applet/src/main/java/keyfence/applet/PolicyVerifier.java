// The authority's signature over a staged policy.
package keyfence.applet;

import javacard.security.ECPublicKey;
import javacard.security.KeyBuilder;
import javacard.security.Signature;

/**
 * Verifies ECDSA over SHA-256("keycard-export-policy-v1" | policy) where policy and signature lie
 * in a bank.
 */
final class PolicyVerifier {
  /** "keycard-export-policy-v1": nothing that a key signs elsewhere can be taken for a policy. */
  private static final byte[] DOMAIN = {
    'k', 'e', 'y', 'c', 'a', 'r', 'd', '-', 'e', 'x', 'p', 'o', 'r', 't', '-', 'p', 'o', 'l', 'i',
    'c', 'y', '-', 'v', '1',
  };

  private final Signature engine;

  /** The key of the check that is running: set each time, from the bank in force. */
  private final ECPublicKey key;

  /** Allocates: only while an applet installs. */
  PolicyVerifier() {
    engine = Signature.getInstance(Signature.ALG_ECDSA_SHA_256, false);
    key =
        (ECPublicKey)
            KeyBuilder.buildKey(KeyBuilder.TYPE_EC_FP_PUBLIC, KeyBuilder.LENGTH_EC_FP_256, false);
    Secp256k1.setCurve(key);
  }

  /**
   * Whether the authority of one bank has signed the policy staged in another.
   *
   * @param policyLength bytes of the policy
   * @param signatureLength bytes of the SEQUENCE right after it
   */
  boolean verify(PolicyBank current, PolicyBank staged, short policyLength, short signatureLength) {
    byte[] b = staged.bytes;
    short signature = (short) (PolicyBank.TEXT + policyLength);
    if (!PolicyText.isSignature(b, signature, signatureLength)) {
      return false;
    }
    try {
      key.setW(current.bytes, PolicyBank.AUTHORITY, PolicyText.KEY_LENGTH);
      engine.init(key, Signature.MODE_VERIFY);
      engine.update(DOMAIN, (short) 0, (short) DOMAIN.length);
      return engine.verify(b, PolicyBank.TEXT, policyLength, b, signature, signatureLength);
    } catch (RuntimeException e) {
      // Engines answer some wrong signatures with an exception; which one differs from card to
      // card.
      return false;
    }
  }
}
