// FACTORY RESET: what goes, what stays, and that it takes effect at once.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.path;
import static keyfence.testkit.KeycardClient.PIN;
import static keyfence.testkit.KeycardClient.SECRET;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import keyfence.testkit.Answer;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FactoryResetTest {
  private static final byte[] NONE = new byte[0];

  private KeycardClient client;

  @BeforeEach
  void aUsedCard() {
    SimCard card =
        SimCard.keycard(NONE)
            .install(SimCard.NDEF, "NdefApplet", NONE)
            .install(SimCard.CASH, "CashApplet", NONE);
    client = KeycardClient.ready(card);
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.loadSeed(random(64)));
    expect(0x9000, client.send(0xd1, 0, 0, path("m/44'/60'")));
    expect(0x9000, client.send(0xc1, 0, 0, path("m/44'/60'/0'")));
    expect(0x9000, client.send(0xe2, 0, 0, bytes(1)));
    expect(0x9000, client.send(0xe2, 1, 0, bytes(0, 1, 2)));
    expect(0x9000, client.send(0xe2, 2, 0, bytes(3)));
  }

  private Answer reset() {
    return client.clear(0xfd, 0xaa, 0x55, random(3));
  }

  private byte[] instanceUid() {
    byte[] d = expect(0x9000, client.select());
    int at = (d[1] == (byte) 0x81 ? 3 : 2) + 2;
    return Arrays.copyOfRange(d, at, at + 16);
  }

  @Test
  void onlyWithItsTwoNumbers() {
    client.select();
    for (int[] p : new int[][] {{0, 0}, {0xaa, 0}, {0, 0x55}, {0x55, 0xaa}, {0xaa, 0x54}}) {
      expect(0x6a86, client.clear(0xfd, p[0], p[1], NONE));
    }
    client.open();
    expect(0x9000, client.verifyPin(PIN));
  }

  @Test
  void atOnceAndInAnOpenChannelToo() {
    Answer answer = reset();
    assertEquals(0x9000, answer.sw());
    assertEquals(0, answer.data().length);
    for (int ins : new int[] {0x10, 0x11, 0x12, 0x13, 0x20, 0xc0, 0xc2, 0xca, 0xd0, 0xf2, 0xfd}) {
      expect(0x6d00, client.clear(ins, 0xaa, 0x55, random(32)));
    }
    assertEquals(67, expect(0x9000, client.select()).length);
    expect(0x6d00, reset());
  }

  @Test
  void whatGoesAndWhatStays() {
    byte[] uid = instanceUid();
    byte[] key = client.cardKey;
    client.select();
    expect(0x9000, reset());
    client.select();
    assertFalse(Arrays.equals(key, client.cardKey));
    expect(0x9000, client.init(KeycardClient.standardInit()));
    assertFalse(Arrays.equals(uid, instanceUid()));
    expect(0x6a86, client.openOnly());
    client.pairAndOpen();
    assertEquals(0, client.slot);
    assertEquals("a309020103020105010100", hex(expect(0x9000, client.send(0xf2, 0, 0))));
    assertEquals(0, expect(0x9000, client.send(0xf2, 1, 0)).length);
    assertEquals(0, expect(0x9000, client.send(0xca, 0, 0)).length);
    assertEquals("000102", hex(expect(0x9000, client.send(0xca, 1, 0))));
    assertEquals("03", hex(expect(0x9000, client.send(0xca, 2, 0))));
    expect(0x6a88, client.send(0xc0, 3, 0, random(32)));
    expect(0x9000, client.verifyPin(PIN));
    expect(0x6985, client.export(NONE, KeyRelease.PUBLIC));
  }

  @Test
  void tenTimesInARowWithOtherLimits() {
    for (int i = 0; i < 10; i++) {
      client.select();
      expect(0x9000, reset());
      client.select();
      byte[] init = KeycardClient.standardInit();
      init[50] = (byte) (2 + i % 9);
      init[51] = (byte) (3 + i % 10);
      expect(0x9000, client.init(init));
      client.select();
      expect(0x9000, client.pair(0, SECRET));
      client.open();
      assertArrayEquals(
          bytes(0xa3, 9, 2, 1, init[50], 2, 1, init[51], 1, 1, 0),
          expect(0x9000, client.send(0xf2, 0, 0)));
    }
  }
}
