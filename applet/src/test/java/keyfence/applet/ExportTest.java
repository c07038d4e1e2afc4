// EXPORT KEY: sources, options, order of checks, and many paths in one command.
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

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.Seed;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExportTest {
  private static final byte[] NONE = new byte[0];
  private static final byte[] WHISPER = path("m/43'/60'/1581'/0'/0");
  private static final byte[] DATABASE = path("m/43'/60'/1581'/1'/0");

  private KeycardClient client;

  @BeforeEach
  void aCardWithAKey() {
    client = KeycardClient.ready(SimCard.keycard(NONE));
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.loadSeed(random(64)));
  }

  private byte[] current() {
    return expect(0x9000, client.send(0xf2, 1, 0));
  }

  private static byte[] item(byte[] path) {
    return join(bytes(path.length / 4), path);
  }

  @Test
  void everySourceAndOptionGivesTheSameKey() {
    byte[] key = expect(0x9000, client.export(WHISPER, KeyRelease.PRIVATE));
    assertEquals("a1228120", hex(key).substring(0, 8));
    assertEquals(0, current().length);
    assertArrayEquals(key, expect(0x9000, client.send(0xc2, 2, 0, WHISPER)));
    assertArrayEquals(WHISPER, current());
    assertArrayEquals(key, expect(0x9000, client.send(0xc2, 0, 0)));
    assertArrayEquals(key, expect(0x9000, client.send(0xc2, 0x80, 0)));
    assertArrayEquals(key, expect(0x9000, client.send(0xc2, 0x40, 0)));
    assertArrayEquals(key, expect(0x9000, client.send(0xc2, 0x41, 0, path("m/0"))));
    expect(0x9000, client.send(0xd1, 0, 0, path("m/43'/60'")));
    assertArrayEquals(key, expect(0x9000, client.send(0xc2, 0x81, 0, path("m/1581'/0'/0"))));
    assertArrayEquals(path("m/43'/60'"), current());
    assertArrayEquals(key, expect(0x9000, client.send(0xc2, 0, 0, path("m/1581'/0'/0"))));
    assertArrayEquals(path("m/43'/60'"), current());
    assertArrayEquals(key, expect(0x9000, client.send(0xc2, 0x82, 0, path("m/1581'/0'/0"))));
    assertArrayEquals(WHISPER, current());
    byte[] database = expect(0x9000, client.export(DATABASE, KeyRelease.PRIVATE));
    expect(0x9000, client.send(0xd1, 0, 0, path("m/43'/60'/1581'/1'/5")));
    assertArrayEquals(database, expect(0x9000, client.send(0xc2, 0x42, 0, path("m/0"))));
    assertArrayEquals(DATABASE, current());
  }

  @Test
  void theResolvedPathDecidesWhateverTheSource() {
    expect(0x9000, client.send(0xd1, 0, 0, path("m/44'/60'")));
    expect(0x6985, client.send(0xc2, 0, 0));
    expect(0x6985, client.send(0xc2, 0x81, 0, WHISPER));
    expect(0x6985, client.send(0xc2, 0x82, 0, path("m/0'/0/0")));
    expect(0x6985, client.send(0xc2, 0x41, 0, path("m/1581'/0'/0")));
    assertArrayEquals(path("m/44'/60'"), current());
    expect(0x9000, client.send(0xc2, 0x81, 2, path("m/1")));
    expect(0x6985, client.send(0xc2, 0x81, 0, path("m/1")));
  }

  @Test
  void orderOfChecks() {
    expect(0x6a86, client.send(0xc2, 0xff, 3, random(3)));
    for (int p2 : new int[] {3, 4, 0x80, 0xff}) {
      expect(0x6a86, client.send(0xc2, 1, p2, random(3)));
    }
    for (int p1 : new int[] {4, 0x3f, 0x43, 0x83, 0xc0, 0xc1, 0xc2, 0xc3, 0xff}) {
      expect(0x6a86, client.send(0xc2, p1, 0, random(3)));
    }
    for (int length : new int[] {1, 2, 3, 5, 41, 44, 220}) {
      expect(0x6a80, client.send(0xc2, 1, 0, random(length)));
    }
    expect(0x6b00, client.send(0xc2, 0x41, 0, WHISPER));
    expect(0x6985, client.export(path("m/1"), KeyRelease.PRIVATE));
    expect(0x9000, client.send(0xd3, 0, 0));
    expect(0x6985, client.send(0xc2, 0xff, 3, random(3)));
    client.open();
    expect(0x6985, client.send(0xc2, 0xff, 3, random(3)));
  }

  @Test
  void severalKeysInOneCommand() {
    byte[] whisper = expect(0x9000, client.export(WHISPER, KeyRelease.PRIVATE));
    byte[] database = expect(0x9000, client.export(DATABASE, KeyRelease.PRIVATE));
    assertArrayEquals(
        join(whisper, database),
        expect(0x9000, client.send(0xc2, 3, 0, join(item(WHISPER), item(DATABASE)))));
    assertArrayEquals(
        join(database, whisper),
        expect(0x9000, client.send(0xc2, 3, 0, join(item(DATABASE), item(WHISPER)))));
    assertArrayEquals(whisper, expect(0x9000, client.send(0xc2, 3, 0, item(WHISPER))));
    byte[] six = new byte[0];
    byte[] expected = new byte[0];
    for (int i = 0; i < 6; i++) {
      byte[] p = i % 2 == 0 ? WHISPER : DATABASE;
      six = join(six, item(p));
      expected = join(expected, i % 2 == 0 ? whisper : database);
    }
    assertArrayEquals(expected, expect(0x9000, client.send(0xc2, 3, 0, six)));
    expect(0x6a80, client.send(0xc2, 3, 0, join(six, item(WHISPER))));
  }

  @Test
  void manyPathsAllOrNothing() {
    byte[] wallet = path("m/44'/60'/0'/0/0");
    expect(0x6985, client.send(0xc2, 3, 0, join(item(WHISPER), item(wallet))));
    expect(0x6985, client.send(0xc2, 3, 0, join(item(wallet), item(WHISPER))));
    expect(0x6985, client.send(0xc2, 3, 0, bytes(0)));
    expect(0x6985, client.send(0xc2, 3, 2, join(item(wallet), item(WHISPER))));
    expect(0x9000, client.send(0xc2, 3, 1, join(item(wallet), item(WHISPER))));
    assertEquals(0, current().length);
  }

  @Test
  void manyPathsForm() {
    expect(0x6a80, client.send(0xc2, 3, 0));
    expect(0x6a80, client.send(0xc2, 3, 0, join(item(WHISPER), bytes(1))));
    expect(0x6a80, client.send(0xc2, 3, 0, join(item(WHISPER), bytes(1, 0x80, 0, 0))));
    expect(0x6a80, client.send(0xc2, 3, 0, join(bytes(11), random(44))));
    expect(0x6a80, client.send(0xc2, 3, 0, join(bytes(0x80), random(44))));
    expect(0x6a80, client.send(0xc2, 3, 0, join(bytes(0xff), random(44))));
    expect(0x6a80, client.send(0xc2, 3, 1, bytes(0, 0, 0, 0)));
    expect(0x9000, client.send(0xc2, 3, 1, bytes(0, 0, 0)));
    expect(0x6a80, client.send(0xc2, 3, 2, bytes(0, 0, 0)));
    expect(0x9000, client.send(0xc2, 3, 2, bytes(0, 0)));
    // The form is looked at before the policy.
    expect(0x6a80, client.send(0xc2, 3, 0, join(item(path("m/44'")), bytes(1))));
    expect(0x6a86, client.send(0xc2, 3, 3, join(bytes(11), random(44))));
    for (int p1 : new int[] {0x43, 0x83, 0xc3}) {
      expect(0x6a86, client.send(0xc2, p1, 0, item(WHISPER)));
    }
  }

  @Test
  void randomListsEqualSingleExports() {
    Random random = new Random(Seed.of("ExportTest"));
    for (int run = 0; run < 60; run++) {
      int kind = random.nextInt(3);
      int max = new int[] {6, 3, 2}[kind];
      int count = 1 + random.nextInt(max);
      List<byte[]> paths = new ArrayList<>();
      byte[] list = NONE;
      for (int i = 0; i < count; i++) {
        byte[] p = randomPath(random, kind, run % 4 == 0);
        if (join(list, item(p)).length <= 223) {
          paths.add(p);
          list = join(list, item(p));
        }
      }
      byte[] expected = NONE;
      for (byte[] p : paths) {
        expected = join(expected, expect(0x9000, client.export(p, kind)));
      }
      assertArrayEquals(expected, expect(0x9000, client.send(0xc2, 3, kind, list)));
    }
  }

  @Test
  void theFullestLists() {
    // One rule for all below m/43', so that a short path can stand before the longest ones.
    byte[] policy =
        hex("0100000000" + "00" + "01" + "00" + "8000002b8000002b" + "00" + "09" + "01");
    client = KeycardClient.ready(SimCard.keycard(join(bytes(0x91, policy.length), policy)));
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.loadSeed(random(64)));
    byte[] shortest = path("m/43'");
    byte[] longest = path("m/43'/1/2'/3/4'/5/6'/7/8'/9");
    byte[] nine = path("m/43'/1/2'/3/4'/5/6'/7/8'");
    byte[][][] lists = {
      {shortest, longest, longest, nine, longest, longest},
      {longest, longest, shortest, longest, shortest, longest},
      {nine, nine, nine, nine, nine, nine},
      {longest, shortest, longest, shortest, longest, longest},
      {shortest, shortest, longest, longest, longest, longest},
    };
    for (byte[][] paths : lists) {
      byte[] list = NONE;
      byte[] expected = NONE;
      for (byte[] p : paths) {
        list = join(list, item(p));
        expected = join(expected, expect(0x9000, client.export(p, KeyRelease.PRIVATE)));
      }
      assertArrayEquals(expected, expect(0x9000, client.send(0xc2, 3, 0, list)));
    }
  }

  /** Few values, so that prefixes are shared; long ones, so that the list fills the buffer. */
  private static byte[] randomPath(Random random, int kind, boolean deep) {
    StringBuilder text = new StringBuilder("m");
    int depth = deep ? 5 : random.nextInt(4);
    if (kind == KeyRelease.PRIVATE) {
      text.append("/43'/60'/1581'/")
          .append(random.nextInt(2))
          .append("'/")
          .append(random.nextInt(2));
      depth = deep ? 4 : random.nextInt(5);
    } else {
      text.append("/44'");
    }
    for (int i = 0; i < depth; i++) {
      text.append('/').append(random.nextInt(2)).append(random.nextBoolean() ? "'" : "");
    }
    return path(text.toString());
  }
}
