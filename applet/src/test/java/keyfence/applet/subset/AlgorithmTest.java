// The applet asks for nothing that a Keycard-class card lacks, and the check that says so can fail.
package keyfence.applet.subset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import keyfence.testkit.Compiled;
import org.junit.jupiter.api.Test;

class AlgorithmTest {
  @Test
  void theAppletAsksForWhatEveryCardHas() throws Exception {
    List<String> seen = new ArrayList<>();
    assertEquals(List.of(), AlgorithmCalls.refused(SubsetTest.appletClasses(), seen));
    assertTrue(seen.size() > 10, seen::toString);
  }

  @Test
  void whatSomeCardsLackIsReported() throws Exception {
    String source =
        """
        package sample;
        import javacard.security.*;
        import javacardx.crypto.Cipher;
        class Asks {
          Object unknownConstant(byte b) { return MessageDigest.getInstance(b, false); }
          Object sha1() { return MessageDigest.getInstance(MessageDigest.ALG_SHA, false); }
          Object shared() { return MessageDigest.getInstance(MessageDigest.ALG_SHA_256, true); }
          Object initialised() {
            return MessageDigest.getInitializedMessageDigestInstance(MessageDigest.ALG_SHA_256, false);
          }
          Object ecb() { return Cipher.getInstance(Cipher.ALG_AES_BLOCK_128_ECB_NOPAD, false); }
          Object parts() { return Cipher.getInstance(Cipher.CIPHER_AES_CBC, Cipher.PAD_NOPAD, false); }
          Object bareHmac() { return Signature.getInstance(Signature.ALG_HMAC_SHA_512, false); }
          Object hashed() { return KeyAgreement.getInstance(KeyAgreement.ALG_EC_SVDP_DH, false); }
          Object weak() { return RandomData.getInstance(RandomData.ALG_PSEUDO_RANDOM); }
          Object aes128() { return KeyBuilder.buildKey(KeyBuilder.TYPE_AES, (short) 128, false); }
          Object transientPrivate() {
            return KeyBuilder.buildKey(KeyBuilder.TYPE_EC_FP_PRIVATE_TRANSIENT_DESELECT, (short) 256, false);
          }
          Object pair() { return new KeyPair(KeyPair.ALG_RSA, (short) 1024); }
        }
        """;
    List<String> refused = AlgorithmCalls.refused(compile(source), new ArrayList<>());
    assertEquals(12, refused.size(), refused::toString);
  }

  @Test
  void whatEveryCardHasPasses() throws Exception {
    String source =
        """
        package sample;
        import javacard.security.*;
        import javacardx.crypto.Cipher;
        class Asks {
          Object hmac;
          Asks() {
            MessageDigest.getInstance(MessageDigest.ALG_SHA_512, false);
            KeyBuilder.buildKey(KeyBuilder.TYPE_EC_FP_PUBLIC, KeyBuilder.LENGTH_EC_FP_256, false);
            KeyPair pair = new KeyPair(KeyPair.ALG_EC_FP, KeyBuilder.LENGTH_EC_FP_256);
            new KeyPair(pair.getPublic(), pair.getPrivate());
            try {
              hmac = Signature.getInstance(Signature.ALG_HMAC_SHA_512, false);
            } catch (CryptoException e) {
              hmac = null;
            }
          }
        }
        """;
    List<String> seen = new ArrayList<>();
    assertEquals(List.of(), AlgorithmCalls.refused(compile(source), seen));
    assertEquals(5, seen.size(), seen::toString);
  }

  private static List<byte[]> compile(String source) {
    return List.copyOf(Compiled.asTheApplet(Map.of("Asks.java", source)).values());
  }
}
