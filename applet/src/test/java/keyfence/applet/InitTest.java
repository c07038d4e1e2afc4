// INIT: its lengths, limits and PINs, and what a blank card knows.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.KeycardClient.SECRET;
import static keyfence.testkit.KeycardClient.ascii;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import keyfence.testkit.Curve;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InitTest {
  private static final byte[] NONE = new byte[0];

  private KeycardClient client;

  @BeforeEach
  void aBlankCard() {
    client = new KeycardClient(SimCard.keycard(NONE));
    client.select();
  }

  private static byte[] plain(String pin, String puk, int... limits) {
    return join(ascii(pin), ascii(puk), SECRET, bytes(limits));
  }

  private void initAndOpen(byte[] plaintext) {
    expect(0x9000, client.init(plaintext));
    client.select();
    client.pairAndOpen();
  }

  private void expectBlank() {
    byte[] answer = expect(0x9000, client.select());
    assertEquals(67, answer.length);
    assertEquals("8041", hex(Arrays.copyOf(answer, 2)));
  }

  @Test
  void aBlankCardKnowsThreeCommands() {
    for (int ins = 0; ins < 256; ins++) {
      int expected = ins == 0xfe ? 0x6a80 : ins == 0x14 ? 0x6985 : 0x6d00;
      if (ins != 0xa4) {
        expect(expected, client.clear(ins, 0xaa, 0x55, random(32)));
      }
    }
    expectBlank();
  }

  @Test
  void selectBeforeAndAfter() {
    byte[] blankKey = client.cardKey;
    assertArrayEquals(blankKey, Arrays.copyOfRange(expect(0x9000, client.select()), 2, 67));
    expect(0x9000, client.init(KeycardClient.standardInit()));
    byte[] d = expect(0x9000, client.select());
    assertEquals(
        "a4618f10"
            + hex(Arrays.copyOfRange(d, 4, 20))
            + "8041"
            + hex(client.cardKey)
            + "0202030202010a8e008d011f",
        hex(d));
    assertFalse(Arrays.equals(blankKey, client.cardKey));
    client.pairAndOpen();
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    byte[] uid = expect(0x9000, client.loadSeed(random(64)));
    d = expect(0x9000, client.select());
    assertEquals("a48181", hex(Arrays.copyOf(d, 3)));
    assertEquals("8e20" + hex(uid) + "8d011f", hex(Arrays.copyOfRange(d, d.length - 37, d.length)));
  }

  @Test
  void theWholeCommandIsCheckedBeforeAnythingIsStored() {
    byte[] good = KeycardClient.standardInit();
    for (int length : new int[] {0, 1, 49, 51, 53, 57, 59, 122}) {
      expect(0x6a80, client.init(Arrays.copyOf(join(good, random(100)), length)));
    }
    byte[] apdu = client.initApdu(new byte[64]);
    expect(0x6a80, client.raw(apdu));
    expect(0x6a80, client.raw(bytes(0x80, 0xfe, 0, 0)));
    byte[] shortened = Arrays.copyOf(apdu, 5 + 1 + 65 + 16);
    shortened[4] = (byte) (shortened.length - 5);
    expect(0x6a80, client.raw(shortened));
    byte[] badPoint = client.initApdu(new byte[64]);
    badPoint[20] ^= 1;
    expect(0x6a80, client.raw(badPoint));
    byte[] otherLength = client.initApdu(new byte[64]);
    otherLength[5] = 64;
    expect(0x6a80, client.raw(otherLength));
    expectBlank();
  }

  @Test
  void digitsAndLimits() {
    for (int i = 0; i < 18; i++) {
      for (int wrong : new int[] {'0' - 1, '9' + 1, 0, 0xb0}) {
        byte[] data = KeycardClient.standardInit();
        data[i] = (byte) wrong;
        expect(0x6a80, client.init(data));
      }
    }
    for (int[] limits :
        new int[][] {{1, 5}, {11, 5}, {0, 5}, {3, 2}, {3, 13}, {0x83, 5}, {3, 0xff}}) {
      expect(0x6a80, client.init(plain("123456", "123456789012", limits)));
    }
    byte[] alternative = KeycardClient.standardInit();
    alternative[57] = 'a';
    expect(0x6a80, client.init(alternative));
    expectBlank();
  }

  @Test
  void anExplicitAlternativePinMustDiffer() {
    expect(0x6a80, client.init(join(plain("123456", "123456789012", 3, 5), ascii("123456"))));
    expectBlank();
    initAndOpen(join(plain("123456", "123456789012", 3, 5), ascii("123457")));
  }

  @Test
  void defaultsOfFiftyBytes() {
    initAndOpen(plain("000000", "123456789012"));
    assertEquals("a309020103020105010100", hex(expect(0x9000, client.send(0xf2, 0, 0))));
    expect(0x9000, client.verifyPin("123456"));
    expect(0x9000, client.verifyPin("000000"));
  }

  @Test
  void limitsOfFiftyTwoBytes() {
    initAndOpen(plain("000000", "123456789012", 10, 12));
    assertEquals("a30902010a02010c010100", hex(expect(0x9000, client.send(0xf2, 0, 0))));
    for (int left = 9; left >= 0; left--) {
      expect(0x63c0 + left, client.verifyPin("999999"));
    }
    for (int left = 11; left >= 0; left--) {
      expect(0x63c0 + left, client.send(0x22, 0, 0, ascii("999999999999111111")));
    }
    expect(0x63c0, client.send(0x22, 0, 0, ascii("123456789012111111")));
    expect(0x63c0, client.verifyPin("000000"));
  }

  @Test
  void theSmallestLimits() {
    initAndOpen(plain("000000", "123456789012", 2, 3));
    expect(0x63c1, client.verifyPin("999999"));
    expect(0x63c0, client.verifyPin("999999"));
    expect(0x63c2, client.send(0x22, 0, 0, ascii("999999999999111111")));
    expect(0x9000, client.send(0x22, 0, 0, ascii("123456789012111111")));
    assertEquals("a309020102020103010100", hex(expect(0x9000, client.send(0xf2, 0, 0))));
  }

  @Test
  void anAlternativePinThatWouldEqualThePinIsRandom() {
    // Under a default alternative PIN equal to the PIN the card would open with the wrong keys.
    initAndOpen(plain("123456", "123456789012"));
    expect(0x9000, client.verifyPin("123456"));
    byte[] seed = random(32);
    expect(0x9000, client.loadSeed(seed));
    byte[] key = expect(0x9000, client.export(hex("8000002c"), KeyRelease.PUBLIC));
    KeycardClient other = KeycardClient.ready(SimCard.keycard(NONE));
    expect(0x9000, other.verifyPin(KeycardClient.PIN));
    expect(0x9000, other.loadSeed(seed));
    assertArrayEquals(key, expect(0x9000, other.export(hex("8000002c"), KeyRelease.PUBLIC)));
  }

  @Test
  void initIsUnknownAfterwards() {
    expect(0x9000, client.init(KeycardClient.standardInit()));
    client.select();
    expect(0x6d00, client.init(KeycardClient.standardInit()));
  }

  @Test
  void anAuthorityAtInit() {
    byte[] key = Curve.publicKey(random(32));
    expect(0x6a80, client.init(join(KeycardClient.standardInit(), new byte[65])));
    byte[] off = key.clone();
    off[64] ^= 1;
    expect(0x6a80, client.init(join(KeycardClient.standardInit(), off)));
    expectBlank();
    initAndOpen(join(KeycardClient.standardInit(), key));
    byte[] policy = expect(0x9000, client.send(0xc9, 0, 0));
    byte[] print = keyfence.testkit.HostChannel.sha("SHA-256", key);
    assertEquals(
        "9208" + hex(Arrays.copyOf(print, 8)), hex(policy).substring(hex(policy).length() - 20));
  }

  @Test
  void noAuthorityAtInitWhereOneIsInstalled() {
    byte[] key = Curve.publicKey(random(32));
    client = new KeycardClient(SimCard.keycard(join(bytes(0x90, 65), key)));
    client.select();
    expect(0x6a80, client.init(join(KeycardClient.standardInit(), key)));
    expectBlank();
    initAndOpen(KeycardClient.standardInit());
  }
}
