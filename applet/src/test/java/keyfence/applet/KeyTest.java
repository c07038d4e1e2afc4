// LOAD KEY in its three forms, GENERATE, REMOVE, DERIVE, GET STATUS, and BIP-32 itself.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.Hex.path;
import static keyfence.testkit.KeycardClient.PIN;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.util.Arrays;
import keyfence.testkit.Curve;
import keyfence.testkit.HostChannel;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
import keyfence.testkit.Vectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {
  private static final byte[] NONE = new byte[0];

  private KeycardClient client;

  @BeforeEach
  void aCardWithThePinVerified() {
    client = KeycardClient.ready(SimCard.keycard(NONE));
    expect(0x9000, client.verifyPin(PIN));
  }

  private static byte[] tlv(int tag, byte[] value) {
    return value.length < 128
        ? join(bytes(tag, value.length), value)
        : join(bytes(tag, 0x81, value.length), value);
  }

  private byte[] extended(String path) {
    return expect(0x9000, client.export(path(path), KeyRelease.EXTENDED_PUBLIC));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void vectorsOfBip32(boolean hmac) {
    client = KeycardClient.ready(new SimCard(hmac).install(SimCard.KEYCARD, "KeycardApplet", NONE));
    expect(0x9000, client.verifyPin(PIN));
    for (JsonElement element : Vectors.read("bip32.json").getAsJsonArray("vectors")) {
      JsonObject vector = element.getAsJsonObject();
      expect(0x9000, client.loadSeed(hex(vector.get("seed").getAsString())));
      for (JsonElement chain : vector.getAsJsonArray("chains")) {
        JsonObject node = chain.getAsJsonObject();
        String name = vector.get("name").getAsString() + " " + node.get("path").getAsString();
        byte[] components = hex(node.get("components").getAsString());
        String expected =
            "a1658041"
                + node.get("public_key").getAsString()
                + "8220"
                + node.get("chain_code").getAsString();
        byte[] got = expect(0x9000, client.export(components, KeyRelease.EXTENDED_PUBLIC));
        assertEquals(expected, hex(got), name);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 32, 63, 64})
  void seedsOfAllLengths(int length) {
    byte[] uid = expect(0x9000, client.loadSeed(random(length)));
    byte[] master = Arrays.copyOfRange(extended("m"), 4, 69);
    assertArrayEquals(HostChannel.sha("SHA-256", master), uid);
    assertEquals("a309020103020105" + "0101ff", hex(expect(0x9000, client.send(0xf2, 0, 0))));
  }

  @Test
  void seedsOfWrongLengths() {
    for (int length : new int[] {0, 1, 15, 65, 128, 223}) {
      expect(0x6a80, client.loadSeed(random(length)));
    }
    assertEquals("00", hex(expect(0x9000, client.send(0xf2, 0, 0))).substring(20));
  }

  @Test
  void loadKeyOrder() {
    for (int p1 : new int[] {0, 4, 0x81, 0xff}) {
      expect(0x6a86, client.send(0xd0, p1, 0, random(3)));
    }
    client.open();
    expect(0x6985, client.send(0xd0, 9, 0, random(3)));
    expect(0x6985, client.loadSeed(random(64)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aTemplateWithAndWithoutItsOptions(int p1) {
    byte[] secret = random(32);
    byte[] chainCode = random(32);
    byte[] point = Curve.publicKey(secret);
    byte[] uid = HostChannel.sha("SHA-256", point);
    byte[] full = join(tlv(0x80, point), tlv(0x81, secret), tlv(0x82, chainCode));
    assertArrayEquals(uid, expect(0x9000, client.send(0xd0, p1, 0, tlv(0xa1, full))));
    assertEquals("a1658041" + hex(point) + "8220" + hex(chainCode), hex(extended("m")));
    expect(0x9000, client.send(0xd0, p1, 0, tlv(0xa1, tlv(0x81, random(32)))));
    expect(0x6985, client.export(NONE, KeyRelease.EXTENDED_PUBLIC));
    byte[] noPoint = join(tlv(0x81, secret), tlv(0x82, chainCode));
    assertArrayEquals(uid, expect(0x9000, client.send(0xd0, p1, 0, tlv(0xa1, noPoint))));
    assertEquals("a1658041" + hex(point) + "8220" + hex(chainCode), hex(extended("m")));
    byte[] single = join(tlv(0x80, point), tlv(0x81, secret));
    assertArrayEquals(uid, expect(0x9000, client.send(0xd0, p1, 0, tlv(0xa1, single))));
    assertEquals(
        "a1438041" + hex(point), hex(expect(0x9000, client.export(NONE, KeyRelease.PUBLIC))));
  }

  @Test
  void aKeyWithoutChainCodeHasNoPaths() {
    byte[] seed = random(64);
    expect(0x9000, client.loadSeed(seed));
    byte[] before = extended("m/0'");
    expect(0x9000, client.send(0xd0, 1, 0, tlv(0xa1, tlv(0x81, random(32)))));
    for (int kind = 0; kind < 3; kind++) {
      expect(0x6985, client.export(path("m/43'/60'/1581'/0'/0"), kind));
    }
    expect(0x6985, client.send(0xd1, 0, 0, path("m/1")));
    expect(0x9000, client.send(0xd1, 0, 0, NONE));
    expect(0x6985, client.send(0xc0, 1, 0, join(random(32), path("m/1"))));
    expect(0x9000, client.send(0xc0, 1, 0, random(32)));
    expect(0x6985, client.send(0xc1, 0, 0, path("m/1")));
    expect(0x6985, client.send(0xc2, 3, 1, join(bytes(1), path("m/1"))));
    expect(0x9000, client.send(0xc2, 3, 1, bytes(0)));
    expect(0x6985, client.export(NONE, KeyRelease.PRIVATE));
    expect(0x9000, client.loadSeed(seed));
    assertArrayEquals(before, extended("m/0'"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 31})
  void shortPrivateKeysArePaddedOnTheLeft(int length) {
    byte[] secret = random(length);
    secret[0] |= 1;
    byte[] uid = expect(0x9000, client.send(0xd0, 2, 0, tlv(0xa1, tlv(0x81, secret))));
    assertArrayEquals(HostChannel.sha("SHA-256", Curve.publicKey(secret)), uid);
  }

  @Test
  void malformedTemplatesChangeNothing() {
    byte[] uid = expect(0x9000, client.loadSeed(random(64)));
    byte[] secret = random(32);
    byte[] chainCode = random(32);
    byte[] point = Curve.publicKey(secret);
    byte[] priv = tlv(0x81, secret);
    byte[] good = tlv(0xa1, join(tlv(0x80, point), priv, tlv(0x82, chainCode)));
    byte[] wrongPoint = Curve.publicKey(random(32));
    byte[][] bad = {
      NONE,
      bytes(0xa1),
      bytes(0xa1, 0),
      bytes(0xa1, 0x81),
      bytes(0xa1, 0x82, 0, 34),
      tlv(0xa2, priv),
      priv,
      join(tlv(0xa1, priv), bytes(0)),
      tlv(0xa1, join(priv, bytes(0x82))),
      tlv(0xa1, join(priv, bytes(0))),
      tlv(0xa1, join(priv, tlv(0x82, random(31)))),
      tlv(0xa1, join(priv, tlv(0x82, random(33)))),
      tlv(0xa1, join(priv, tlv(0x82, NONE))),
      tlv(0xa1, join(priv, tlv(0x82, chainCode), tlv(0x82, chainCode))),
      tlv(0xa1, join(tlv(0x82, chainCode), priv)),
      tlv(0xa1, tlv(0x80, point)),
      tlv(0xa1, join(tlv(0x80, NONE), priv)),
      tlv(0xa1, join(tlv(0x80, random(64)), priv)),
      tlv(0xa1, join(tlv(0x80, wrongPoint), priv)),
      tlv(0xa1, join(tlv(0x80, point), tlv(0x81, NONE))),
      tlv(0xa1, tlv(0x81, NONE)),
      tlv(0xa1, tlv(0x81, random(33))),
      tlv(0xa1, tlv(0x81, bytes(0))),
      tlv(0xa1, tlv(0x81, new byte[32])),
      tlv(0xa1, tlv(0x81, Curve.bytes32(Curve.N))),
      tlv(0xa1, tlv(0x81, Curve.bytes32(Curve.N.add(BigInteger.ONE)))),
      tlv(0xa1, bytes(0x81, 0x20, 1, 2, 3)),
      tlv(0xa1, bytes(0x81, 0xff, 1, 2, 3)),
      tlv(0xa1, bytes(0x81, 0x81)),
    };
    for (byte[] data : bad) {
      expect(0x6a80, client.send(0xd0, 1, 0, data));
    }
    for (int length = 0; length < good.length; length++) {
      expect(0x6a80, client.send(0xd0, 1, 0, Arrays.copyOf(good, length)));
    }
    for (int i = 0; i < good.length; i++) {
      if (i < 4 || i == 69 || i == 70 || i == 103 || i == 104) {
        byte[] data = good.clone();
        data[i] ^= 0x10;
        expect(0x6a80, client.send(0xd0, 1, 0, data));
      }
    }
    assertArrayEquals(uid, HostChannel.sha("SHA-256", Arrays.copyOfRange(extended("m"), 4, 69)));
    byte[] last = tlv(0xa1, tlv(0x81, Curve.bytes32(Curve.N.subtract(BigInteger.ONE))));
    expect(0x9000, client.send(0xd0, 1, 0, last));
  }

  @Test
  void generateAndRemove() {
    byte[] first = expect(0x9000, client.send(0xd4, 0, 0));
    assertArrayEquals(first, HostChannel.sha("SHA-256", Arrays.copyOfRange(extended("m"), 4, 69)));
    byte[] second = expect(0x9000, client.send(0xd4, 0, 0));
    assertFalse(Arrays.equals(first, second));
    expect(0x9000, client.send(0xd3, 0, 0));
    expect(0x6985, client.export(NONE, KeyRelease.PUBLIC));
    expect(0x6985, client.send(0xd1, 0, 0, NONE));
    expect(0x6985, client.send(0xc1, 0, 0, NONE));
    expect(0x6985, client.send(0xc0, 0, 0, random(32)));
    expect(0x9000, client.send(0xd3, 0, 0));
    client.open();
    expect(0x6985, client.send(0xd3, 0, 0));
    expect(0x6985, client.send(0xd4, 0, 0));
  }

  @Test
  void loadGenerateAndRemoveResetThePaths() {
    for (int ins : new int[] {0xd0, 0xd3, 0xd4}) {
      expect(0x9000, client.loadSeed(random(32)));
      expect(0x9000, client.send(0xd1, 0, 0, path("m/1/2")));
      expect(0x9000, client.send(0xc1, 0, 0, path("m/44'/1")));
      expect(0x9000, ins == 0xd0 ? client.loadSeed(random(16)) : client.send(ins, 0, 0));
      assertEquals(0, expect(0x9000, client.send(0xf2, 1, 0)).length);
      expect(0x6a88, client.send(0xc0, 3, 0, random(32)));
    }
  }

  @Test
  void statusOfOtherKinds() {
    for (int p1 : new int[] {2, 3, 0x80, 0xff}) {
      expect(0x6a86, client.send(0xf2, p1, 0));
    }
    expect(0x9000, client.send(0xf2, 0, 9, random(5)));
  }

  @Test
  void sourcesOfDerive() {
    expect(0x6985, client.send(0xd1, 0xff, 0, random(3)));
    expect(0x9000, client.loadSeed(random(32)));
    expect(0x6b00, client.send(0xd1, 0x40, 0, path("m/7")));
    expect(0x9000, client.send(0xd1, 0, 0, path("m/1/2'/3")));
    expect(0x9000, client.send(0xd1, 0x40, 0, path("m/4/5")));
    assertArrayEquals(path("m/1/2'/4/5"), expect(0x9000, client.send(0xf2, 1, 0)));
    expect(0x9000, client.send(0xd1, 0x80, 0, path("m/6'")));
    assertArrayEquals(path("m/1/2'/4/5/6'"), expect(0x9000, client.send(0xf2, 1, 0)));
    expect(0x9000, client.send(0xd1, 0x80, 0, NONE));
    expect(0x9000, client.send(0xd1, 0x40, 0, NONE));
    assertArrayEquals(path("m/1/2'/4/5"), expect(0x9000, client.send(0xf2, 1, 0)));
    for (int p1 : new int[] {0xc0, 1, 0x41, 0x81, 0x20, 0x3f}) {
      expect(0x6a86, client.send(0xd1, p1, 0, random(3)));
    }
    for (int length : new int[] {1, 2, 3, 5, 39, 41, 44, 48, 220}) {
      expect(0x6a80, client.send(0xd1, 0, 0, random(length)));
    }
    expect(0x6a80, client.send(0xd1, 0x80, 0, random(28)));
    expect(0x6a80, client.send(0xd1, 0x40, 0, random(32)));
    assertArrayEquals(path("m/1/2'/4/5"), expect(0x9000, client.send(0xf2, 1, 0)));
    expect(0x9000, client.send(0xd1, 0x80, 0, random(24)));
    assertEquals(40, expect(0x9000, client.send(0xf2, 1, 0)).length);
    expect(0x6a80, client.send(0xd1, 0x80, 0, random(4)));
    expect(0x9000, client.send(0xd1, 0, 0, NONE));
    assertEquals(0, expect(0x9000, client.send(0xf2, 1, 0)).length);
    client.open();
    expect(0x6985, client.send(0xd1, 0xff, 0, random(3)));
  }

  @Test
  void mnemonicsOfAllLengths() {
    client.select();
    client.open();
    for (int checksum = 4; checksum <= 8; checksum++) {
      for (int run = 0; run < 20; run++) {
        byte[] words = expect(0x9000, client.send(0xd2, checksum, 0));
        assertEquals(checksum * 6, words.length);
        BigInteger all = BigInteger.ZERO;
        for (int i = 0; i < words.length; i += 2) {
          int word = (words[i] & 0xff) << 8 | words[i + 1] & 0xff;
          assertEquals(0, word >> 11);
          all = all.shiftLeft(11).add(BigInteger.valueOf(word));
        }
        byte[] wide = all.shiftRight(checksum).toByteArray();
        byte[] entropy = new byte[checksum * 4];
        int n = Math.min(wide.length, entropy.length);
        System.arraycopy(wide, wide.length - n, entropy, entropy.length - n, n);
        int expected = (HostChannel.sha("SHA-256", entropy)[0] & 0xff) >> (8 - checksum);
        assertEquals(expected, all.intValue() & (1 << checksum) - 1);
      }
    }
    for (int p1 : new int[] {0, 3, 9, 0x84, 0xff}) {
      expect(0x6a86, client.send(0xd2, p1, 0));
    }
    expect(0x9000, client.send(0xd2, 4, 7, random(9)));
  }
}
