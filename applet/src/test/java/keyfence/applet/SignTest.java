// SIGN with all options, the PIN-less path, and the form of signatures.
package keyfence.applet;

import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.Hex.path;
import static keyfence.testkit.KeycardClient.ALTERNATIVE_PIN;
import static keyfence.testkit.KeycardClient.PIN;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import keyfence.testkit.Answer;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SignatureTemplate;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignTest {
  private static final byte[] NONE = new byte[0];
  private static final byte[] ACCOUNT = path("m/44'/60'/0'/0/0");

  private KeycardClient client;

  @BeforeEach
  void aCardWithAKey() {
    client = KeycardClient.ready(SimCard.keycard(NONE));
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.loadSeed(random(64)));
  }

  private byte[] publicKey(byte[] path) {
    return Arrays.copyOfRange(expect(0x9000, client.export(path, KeyRelease.PUBLIC)), 4, 69);
  }

  private static byte[] signer(Answer answer, byte[] hash) {
    return SignatureTemplate.parse(expect(0x9000, answer)).verify(hash).publicKey();
  }

  private byte[] current() {
    return expect(0x9000, client.send(0xf2, 1, 0));
  }

  private void reopen() {
    client.select();
    client.open();
  }

  @Test
  void everyOption() {
    byte[] key = publicKey(ACCOUNT);
    byte[] hash = random(32);
    assertArrayEquals(publicKey(NONE), signer(client.send(0xc0, 0, 0, hash), hash));
    assertArrayEquals(publicKey(NONE), signer(client.send(0xc0, 1, 1, hash), hash));
    assertArrayEquals(key, signer(client.send(0xc0, 1, 1, join(hash, ACCOUNT)), hash));
    assertEquals(0, current().length);
    assertArrayEquals(key, signer(client.send(0xc0, 2, 1, join(hash, ACCOUNT)), hash));
    assertArrayEquals(ACCOUNT, current());
    assertArrayEquals(key, signer(client.send(0xc0, 0, 0, hash), hash));
    assertArrayEquals(key, signer(client.send(0xc0, 0x80, 0, hash), hash));
    assertArrayEquals(key, signer(client.send(0xc0, 0xc0, 0, hash), hash));
    byte[] below = join(hash, path("m/7"));
    assertArrayEquals(
        publicKey(path("m/44'/60'/0'/0/0/7")), signer(client.send(0xc0, 0, 0, below), hash));
    assertArrayEquals(ACCOUNT, current());
    assertArrayEquals(
        publicKey(path("m/44'/60'/0'/0/7")), signer(client.send(0xc0, 0x41, 0, below), hash));
    assertArrayEquals(
        publicKey(path("m/44'/60'/0'/0/0/7")), signer(client.send(0xc0, 0x82, 0, below), hash));
    assertArrayEquals(path("m/44'/60'/0'/0/0/7"), current());
  }

  @Test
  void orderOfChecks() {
    byte[] hash = random(32);
    for (int p1 : new int[] {4, 5, 0x3f, 0x44, 0xff}) {
      expect(0x6b00, client.send(0xc0, p1, 0));
    }
    expect(0x6a88, client.send(0xc0, 3, 0));
    expect(0x6a88, client.send(0xc0, 0xc3, 0, random(31)));
    expect(0x6a80, client.send(0xc0, 0, 0, random(31)));
    expect(0x6a80, client.send(0xc0, 0xc1, 0, random(31)));
    expect(0x6a86, client.send(0xc0, 0xc1, 0, random(33)));
    expect(0x6a80, client.send(0xc0, 1, 0, random(33)));
    expect(0x6a80, client.send(0xc0, 1, 0, random(76)));
    expect(0x6b00, client.send(0xc0, 0x41, 0, join(hash, ACCOUNT)));
    client.open();
    expect(0x6a80, client.send(0xc0, 1, 0, random(33)));
    expect(0x6b00, client.send(0xc0, 0x41, 0, join(hash, ACCOUNT)));
    expect(0x6985, client.send(0xc0, 1, 0, join(hash, ACCOUNT)));
    expect(0x6985, client.send(0xc0, 0, 0, hash));
    client.select();
    expect(0x6b00, client.clear(0xc0, 4, 0, NONE));
    expect(0x6985, client.clear(0xc0, 0, 0, hash));
    expect(0x6985, client.clear(0xc0, 1, 0, hash));
    expect(0x6a88, client.clear(0xc0, 3, 0, NONE));
    client.open();
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.send(0xd3, 0, 0));
    expect(0x6985, client.send(0xc0, 0, 0, hash));
  }

  @Test
  void thePinlessPathSignsWithoutPinAndChannel() {
    byte[] key = publicKey(ACCOUNT);
    byte[] hash = random(32);
    expect(0x9000, client.send(0xc1, 0, 0, ACCOUNT));
    assertArrayEquals(key, signer(client.send(0xc0, 3, 0, hash), hash));
    client.select();
    Answer clear = client.clear(0xc0, 3, 0, hash);
    assertFalse(clear.wrapped());
    assertArrayEquals(key, signer(clear, hash));
    assertArrayEquals(key, signer(client.clear(0xc0, 0x83, 1, hash), hash));
    expect(0x6a80, client.clear(0xc0, 3, 0, random(31)));
    expect(0x6a80, client.clear(0xc0, 3, 0, random(33)));
    expect(0x6985, client.clear(0xc0, 1, 0, join(hash, ACCOUNT)));
    client.open();
    assertArrayEquals(key, signer(client.send(0xc0, 3, 0, hash), hash));
    assertArrayEquals(key, signer(client.send(0xc0, 1, 0, join(hash, ACCOUNT)), hash));
    expect(0x6985, client.send(0xc0, 1, 0, join(hash, path("m/44'/60'/0'/0/1"))));
    expect(0x6985, client.send(0xc0, 0, 0, hash));
    assertArrayEquals(key, signer(client.send(0xc0, 0, 0, join(hash, ACCOUNT)), hash));
  }

  @Test
  void settingThePinlessPath() {
    expect(0x6a80, client.send(0xc1, 0, 0, random(3)));
    expect(0x6a80, client.send(0xc1, 0, 0, random(44)));
    expect(0x9000, client.send(0xc1, 0xff, 0xff, ACCOUNT));
    expect(0x9000, client.send(0xc0, 3, 0, random(32)));
    expect(0x9000, client.send(0xc1, 0, 0, NONE));
    expect(0x6a88, client.send(0xc0, 3, 0, random(32)));
    for (String boundary :
        new String[] {"m/43'/60'/1581'/0'", "m/43'/60'/1581'/1'/0", "m/43'/60'/1581'/1'/0/1/2"}) {
      expect(0x6985, client.send(0xc1, 0, 0, path(boundary)));
    }
    expect(0x9000, client.send(0xc1, 0, 0, path("m/43'/60'/1581'/2'")));
    expect(0x9000, client.send(0xc1, 0, 0, path("m/43'/60'/1581'")));
    client.open();
    expect(0x6985, client.send(0xc1, 0, 0, random(3)));
    expect(0x6985, client.send(0xc1, 0, 0, NONE));
  }

  @Test
  void aPinlessPathOfTheAlternativePinNeverSignsInTheMainTree() {
    byte[] mainKey = publicKey(ACCOUNT);
    byte[] hash = random(32);
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    byte[] alternativeKey = publicKey(ACCOUNT);
    expect(0x9000, client.send(0xc1, 0, 0, ACCOUNT));
    reopen();
    assertArrayEquals(alternativeKey, signer(client.send(0xc0, 3, 0, hash), hash));
    assertArrayEquals(alternativeKey, signer(client.send(0xc0, 1, 0, join(hash, ACCOUNT)), hash));
    expect(0x9000, client.verifyPin(PIN));
    assertArrayEquals(alternativeKey, signer(client.send(0xc0, 3, 0, hash), hash));
    // With the main PIN verified this is an ordinary signature of the main tree.
    assertArrayEquals(mainKey, signer(client.send(0xc0, 1, 0, join(hash, ACCOUNT)), hash));
    expect(0x9000, client.send(0xc1, 0, 0, ACCOUNT));
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    assertArrayEquals(mainKey, signer(client.send(0xc0, 3, 0, hash), hash));
    assertArrayEquals(alternativeKey, signer(client.send(0xc0, 1, 0, join(hash, ACCOUNT)), hash));
  }

  @Test
  void signaturesAreLowMinimalAndTheSigners() {
    int runs = System.getProperty("keyfence.soak") != null ? 5000 : 250;
    byte[] key = publicKey(ACCOUNT);
    expect(0x9000, client.send(0xd1, 0, 0, ACCOUNT));
    boolean shortOne = false;
    for (int i = 0; i < runs; i++) {
      byte[] hash = random(32);
      SignatureTemplate t = SignatureTemplate.parse(expect(0x9000, client.send(0xc0, 0, 0, hash)));
      assertArrayEquals(key, t.verify(hash).publicKey());
      shortOne |= t.der().length < 70;
    }
    assertTrue(shortOne || runs < 1000);
  }

  @Test
  void extremeHashes() {
    for (byte[] hash : new byte[][] {new byte[32], hex("ff".repeat(32))}) {
      assertArrayEquals(publicKey(NONE), signer(client.send(0xc0, 0, 0, hash), hash));
    }
  }
}
