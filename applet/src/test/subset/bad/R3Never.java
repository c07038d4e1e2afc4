package sample;

import javacard.framework.Util;
import javacard.security.ECKey;
import javacard.security.ECPublicKey;
import javacard.security.Key;
import javacard.security.KeyBuilder;
import javacard.security.MessageDigest;
import javacard.security.RandomData;
import javacard.security.Signature;
import javacardx.crypto.Cipher;
import javacardx.framework.util.ArrayLogic;

class R3Never {
  void random(RandomData r, byte[] b, short n) {
    r.nextBytes(b, n, n); // !R3
    r.getAlgorithm(); // !R3
  }

  void signature(Signature s, byte[] b, short n) {
    s.verifyPreComputedHash(b, n, n, b, n, n); // !R3
    s.getAlgorithm(); // !R3
    s.getCipherAlgorithm(); // !R3
    s.getMessageDigestAlgorithm(); // !R3
    s.getPaddingAlgorithm(); // !R3
  }

  void cipher(Cipher c) {
    c.getAlgorithm(); // !R3
    c.getCipherAlgorithm(); // !R3
    c.getPaddingAlgorithm(); // !R3
  }

  void fill(byte[] b, short n) {
    Util.arrayFill(b, n, n, (byte) 0); // !R3
    ArrayLogic.arrayFillGeneric(b, n, n, b, n); // !R3
  }

  void keys(ECKey k, ECPublicKey p) {
    p.copyDomainParametersFrom(k); // !R3
    Key key = (Key) k;
    byte z = 0;
    KeyBuilder.buildKeyWithSharedDomain(z, z, key, false); // !R3
  }

  void once() {
    MessageDigest.OneShot.open((byte) 4); // !R3
  }

  void builder(javacard.framework.OwnerPINBuilder b) {} // !R3

  void pin(javacard.framework.OwnerPINx b) {} // !R3

  void sensitive(javacard.framework.SensitiveArrays a) {} // !R3

  void agreement(javacard.security.DHKey k) {} // !R3

  void authenticated(javacardx.crypto.AEADCipher c) {} // !R3
}
