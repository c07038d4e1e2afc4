// What hardly ever happens, made to happen in broken copies of the applet.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.Hex.path;
import static keyfence.testkit.KeycardClient.PIN;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import keyfence.testkit.Answer;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.Mutants;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
  private static final byte[] NONE = new byte[0];
  private static final byte[] WHISPER = path("m/43'/60'/1581'/0'/0");

  private static KeycardClient card(String file, String before, String after) throws IOException {
    SimCard card = new SimCard(Mutants.with(file, before, after));
    KeycardClient client =
        KeycardClient.ready(card.install(SimCard.KEYCARD, "KeycardApplet", NONE));
    expect(0x9000, client.verifyPin(PIN));
    return client;
  }

  /** BIP-32: the left half is n or more, or the child's key would be 0. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Util.arrayFillNonAtomic(node, WORK, (short) 32, (byte) 0xff);",
        "Util.arrayCopyNonAtomic(Secp256k1.N, (short) 0, node, WORK, (short) 32);",
        "Util.arrayCopyNonAtomic(Secp256k1.ZERO, (short) 0, node, SECRET, (short) 32);"
            + "Util.arrayCopyNonAtomic(Secp256k1.ZERO, (short) 0, node, WORK, (short) 32);"
      })
  void anInvalidChild(String instead) throws IOException {
    String check = "if (!Scalar.isBelowOrder(node, WORK)";
    KeycardClient client = card("Bip32.java", check, instead + check);
    expect(0x9000, client.loadSeed(random(64)));
    expect(0x6984, client.export(WHISPER, KeyRelease.PRIVATE));
    expect(0x6984, client.export(WHISPER, KeyRelease.PUBLIC));
    expect(0x6984, client.send(0xc2, 2, 1, WHISPER));
    expect(0x6984, client.send(0xc2, 3, 0, join(bytes(5), WHISPER)));
    expect(0x6984, client.send(0xc0, 2, 0, join(random(32), WHISPER)));
    assertEquals(0, expect(0x9000, client.send(0xf2, 1, 0)).length);
    expect(0x9000, client.send(0xd1, 0, 0, WHISPER));
    expect(0x6984, client.send(0xc2, 0, 0));
  }

  /** Two in a thousand signatures of a genuine card aren't minimal; half have a high s. */
  @Test
  void thePlatformsSignatureIsWrittenAnew() throws IOException {
    String sign = "engine.signPreComputedHash(digest, off, Scalar.LENGTH, out, outOff);";
    // r = 5 with a needless zero, s = n - 3.
    String instead =
        "out[(short) (outOff + 2)] = 2; out[(short) (outOff + 3)] = 2; out[(short) (outOff + 4)] = 0;"
            + "out[(short) (outOff + 5)] = 5; out[(short) (outOff + 6)] = 2;"
            + "out[(short) (outOff + 7)] = 33; out[(short) (outOff + 8)] = 0;"
            + "Util.arrayCopyNonAtomic(Secp256k1.N, (short) 0, out, (short) (outOff + 9), (short) 32);"
            + "out[(short) (outOff + 40)] = 0x3e;";
    KeycardClient client = card("Ecdsa.java", sign, instead);
    expect(0x9000, client.loadSeed(random(64)));
    byte[] template = expect(0x9000, client.send(0xc0, 0, 0, random(32)));
    assertEquals("3006020105020103", hex(template).substring(2 * (5 + 65)));
  }

  /**
   * A fault of the platform or of ours leaves neither the channel nor a transaction in disorder.
   */
  @Test
  void aFaultIsWrappedAndItsTransactionAborted() throws IOException {
    String before = "kind = EXTENDED;\n    }";
    KeycardClient client =
        card("KeyTree.java", before, "kind = EXTENDED; ((byte[]) null)[0] = 1; }");
    Answer answer = client.loadSeed(random(64));
    expect(0x6f00, answer);
    assertTrue(answer.wrapped());
    byte[] single = join(bytes(0xa1, 34, 0x81, 32), random(32));
    expect(0x9000, client.send(0xd0, 1, 0, single));
    expect(0x9000, client.send(0xf2, 0, 0));
  }

  /**
   * The policy is asked again before a key leaves: a fault after the first question isn't enough.
   */
  @ParameterizedTest
  @ValueSource(strings = {"ExportKey.java", "ExportMany.java"})
  void thePolicyIsAskedAgainBeforeReleasing(String file) throws IOException {
    String first =
        file.equals("ExportKey.java")
            ? "resolver.requirePaths();\n    release.requireAllowed(kind, resolver.path, (short) 0, resolver.length());"
            : "release.requireAllowed(kind, apdu, (short) (off + 1), (short) (apdu[off] * 4));";
    KeycardClient client = card(file, first, "");
    expect(0x9000, client.loadSeed(random(64)));
    byte[] wallet = path("m/44'/60'/0'/0/0");
    expect(0x6985, client.export(wallet, KeyRelease.PRIVATE));
    expect(0x6985, client.send(0xc2, 3, 0, join(bytes(5), WHISPER, bytes(5), wallet)));
  }
}
