// After every answer, an error's too, no scratch memory holds a secret.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.Hex.path;
import static keyfence.testkit.KeycardClient.ALTERNATIVE_PIN;
import static keyfence.testkit.KeycardClient.PIN;
import static keyfence.testkit.KeycardClient.PUK;
import static keyfence.testkit.KeycardClient.SECRET;
import static keyfence.testkit.KeycardClient.ascii;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import keyfence.testkit.Curve;
import keyfence.testkit.HostChannel;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.ScratchMemory;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WipeTest {
  private static final byte[] NONE = new byte[0];
  private static final byte[] WHISPER = path("m/43'/60'/1581'/0'/0");
  private static final byte[] SEED = HostChannel.sha("SHA-512", ascii("a seed to be found"));

  private final List<String> secrets = new ArrayList<>();

  private void look(SimCard card, String after) {
    String memory = ScratchMemory.dump(card);
    for (String secret : secrets) {
      assertFalse(memory.contains(secret), secret + " after " + after);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingIsLeftBehind(boolean hmac) {
    SimCard card = new SimCard(hmac).install(SimCard.KEYCARD, "KeycardApplet", NONE);
    Object engine = ScratchMemory.field(card, "HmacSha512", "engine");
    if (hmac) {
      assertNotNull(engine);
    } else {
      assertNull(engine, "the card without HMAC-SHA-512 has no engine");
    }
    secrets.add(hex(SECRET));
    secrets.add(hex(ascii(PIN + PUK)));
    secrets.add(hex(ascii(ALTERNATIVE_PIN)));
    KeycardClient client = new KeycardClient(card);
    client.select();
    expect(0x6a80, client.init(join(KeycardClient.standardInit(), bytes(0))));
    look(card, "a refused INIT");
    expect(0x9000, client.init(KeycardClient.standardInit()));
    look(card, "INIT");
    client.select();
    expect(0x9000, client.pair(0, SECRET));
    secrets.add(hex(client.pairingKey));
    look(card, "PAIR");
    client.open();
    look(card, "OPEN");
    secrets.add(hex(client.channel.encryptionKey));
    secrets.add(hex(client.channel.macKey));
    expect(0x6a80, client.send(0x20, 0, 0, ascii(PIN + PUK)));
    look(card, "a malformed PIN");
    expect(0x63c2, client.verifyPin("313233"));
    secrets.add(hex(ascii("313233")));
    look(card, "a wrong PIN");
    expect(0x9000, client.verifyPin(PIN));
    secrets.add(hex(SEED).substring(0, 40));
    secrets.add(hex(SEED).substring(80));
    expect(0x9000, client.loadSeed(SEED));
    byte[] secret = random(32);
    byte[] chainCode = random(32);
    secrets.add(hex(secret));
    secrets.add(hex(chainCode));
    byte[] template = join(bytes(0xa1, 68, 0x81, 32), secret, bytes(0x82, 32), chainCode);
    expect(0x6a80, client.send(0xd0, 1, 0, join(template, bytes(1))));
    look(card, "a malformed template");
    byte[] badPoint =
        join(
            bytes(0xa1, 0x81, 135, 0x80, 65),
            random(65),
            bytes(0x81, 32),
            secret,
            bytes(0x82, 32),
            chainCode);
    expect(0x6a80, client.send(0xd0, 1, 0, badPoint));
    look(card, "a template with another public key");
    expect(0x9000, client.send(0xd0, 1, 0, template));
    look(card, "LOAD KEY");
    secrets.add(hex(expect(0x9000, client.export(WHISPER, KeyRelease.PRIVATE))).substring(8));
    look(card, "EXPORT KEY");
    byte[] list = join(bytes(5), WHISPER, bytes(5), path("m/43'/60'/1581'/1'/0"));
    secrets.add(hex(expect(0x9000, client.send(0xc2, 3, 0, list))).substring(80));
    look(card, "EXPORT KEY of many paths");
    expect(0x6985, client.export(path("m/44'/60'"), KeyRelease.PRIVATE));
    look(card, "a refused export");
    expect(0x9000, client.send(0xc0, 1, 0, join(random(32), WHISPER)));
    look(card, "SIGN");
    secrets.add(hex(expect(0x9000, client.send(0xd2, 4, 0))));
    look(card, "GENERATE MNEMONIC");
    expect(0x9000, client.send(0x21, 1, 0, ascii("998877665544")));
    secrets.add(hex(ascii("998877665544")));
    look(card, "CHANGE PIN");
    expect(0x9000, client.send(0xd4, 0, 0));
    look(card, "GENERATE KEY");
  }

  @Test
  void theScratchKeyIsOverwritten() {
    SimCard card = SimCard.keycard(NONE);
    KeycardClient client = KeycardClient.ready(card);
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.loadSeed(SEED));
    for (int i = 0; i < 2; i++) {
      byte[] s = ScratchMemory.scratchKey(card);
      assertEquals(hex(Curve.bytes32(java.math.BigInteger.ONE)), hex(s));
      expect(0x9000, client.send(0xc0, 1, 0, join(random(32), WHISPER)));
    }
    assertTrue(ScratchMemory.dump(card).length() > 600);
  }
}
