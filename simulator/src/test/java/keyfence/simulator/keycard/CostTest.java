// What commands cost on a card, in what dominates there; and the memory that they may use.
package keyfence.simulator.keycard;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.Hex.path;
import static keyfence.testkit.KeycardClient.PIN;
import static keyfence.testkit.KeycardClient.ascii;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import keyfence.simulator.card.SimulatedCard;
import keyfence.testkit.KeycardClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CostTest {
  private static final byte[] WHISPER = path("m/43'/60'/1581'/0'/0");
  private static final byte[] DATABASE = path("m/43'/60'/1581'/1'/0");
  private static final byte[] ACCOUNT = path("m/44'/60'/0'/0/0");
  private static final int MAX_TRANSIENT = 768;
  private static final int MAX_PERSISTENT = 4096;
  private static final int MAX_CALL_CHAIN = 320;

  private SimulatedCard card;
  private KeycardClient client;
  private long installedTransient;
  private long installedPersistent;
  private long deepest;

  @BeforeEach
  void aCardWithAKey() {
    card = SimulatedCard.fresh();
    installedTransient = card.counters().transientBytes;
    installedPersistent = card.counters().allocatedBytes;
    client = KeycardClient.ready(this::transmit);
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.loadSeed(random(64)));
  }

  private byte[] transmit(byte[] apdu) {
    byte[] answer = card.transmit(apdu);
    deepest = Math.max(deepest, card.counters().callBytes);
    return answer;
  }

  private void cost(long multiplications, long signatures, long hmacs) {
    assertEquals(multiplications, card.counters().ecMultiplications, "EC multiplications");
    assertEquals(signatures, card.counters().ecdsaSign, "ECDSA");
    assertEquals(hmacs, card.counters().hmacSha512, "HMAC-SHA-512");
  }

  private static byte[] item(byte[] path) {
    return join(bytes(path.length / 4), path);
  }

  @Test
  void bothKeysInOneCommand() {
    expect(0x9000, client.send(0xc2, 3, 0, join(item(WHISPER), item(DATABASE))));
    cost(2, 0, 7);
  }

  @Test
  void sharedPrefixesAreDerivedOnceInAnyOrder() {
    byte[] second = path("m/43'/60'/1581'/0'/1");
    byte[] list = join(item(WHISPER), item(DATABASE), item(second), item(WHISPER));
    expect(0x9000, client.send(0xc2, 3, 0, list));
    cost(3, 0, 8);
  }

  @Test
  void oneKeyByTheOldCommand() {
    expect(0x9000, client.export(WHISPER, 0));
    cost(1, 0, 5);
  }

  @Test
  void aSignature() {
    expect(0x9000, client.send(0xc0, 1, 0, join(random(32), ACCOUNT)));
    cost(3, 1, 5);
  }

  @Test
  void openingAChannel() {
    expect(0x9000, client.openOnly());
    cost(1, 0, 0);
    expect(0x9000, client.send(0x11, 0, 0, random(32)));
    cost(0, 0, 0);
  }

  @Test
  void aRefusalDerivesNothing() {
    expect(0x6985, client.export(ACCOUNT, 0));
    cost(0, 0, 0);
    expect(0x6985, client.send(0xc2, 3, 0, join(item(WHISPER), item(ACCOUNT))));
    cost(0, 0, 0);
    expect(0x6985, client.export(path("m/43'/60'/1581'/0'"), 2));
    cost(0, 0, 0);
    expect(0x6985, client.send(0xc1, 0, 0, WHISPER));
    cost(0, 0, 0);
  }

  @Test
  void memoryAndCallChain() {
    System.out.println("transient " + installedTransient + ", persistent " + installedPersistent);
    assertTrue(
        installedTransient > 0 && installedTransient <= MAX_TRANSIENT, "" + installedTransient);
    assertTrue(
        installedPersistent > 0 && installedPersistent <= MAX_PERSISTENT, "" + installedPersistent);
    byte[] list = new byte[0];
    for (int i = 0; i < 6; i++) {
      list = join(list, item(i % 2 == 0 ? WHISPER : DATABASE));
    }
    expect(0x9000, client.send(0xc2, 3, 0, list));
    expect(0x9000, client.send(0xc0, 2, 0, join(random(32), ACCOUNT)));
    expect(0x9000, client.send(0xc1, 0, 0, ACCOUNT));
    expect(0x9000, client.send(0xd4, 0, 0));
    expect(0x9000, client.clear(0xfd, 0xaa, 0x55, new byte[0]));
    System.out.println("deepest call chain " + deepest);
    assertTrue(deepest > 0 && deepest <= MAX_CALL_CHAIN, "" + deepest);
  }

  @Test
  void nothingIsAllocatedAfterInstallation() {
    card.refuseAllocation(true);
    for (int i = 0; i < 100; i++) {
      expect(0x9000, client.clear(0xfd, 0xaa, 0x55, new byte[0]));
      client.select();
      expect(0x9000, client.init(KeycardClient.standardInit()));
      assertEquals(0, card.counters().allocations);
      if (i == 0) {
        client.select();
        client.pairAndOpen();
        expect(0x9000, client.verifyPin(PIN));
        expect(0x9000, client.send(0xd4, 0, 0));
        expect(0x9000, client.send(0xc2, 3, 0, join(item(WHISPER), item(DATABASE))));
        expect(0x9000, client.send(0xc0, 1, 0, join(random(32), ACCOUNT)));
        expect(0x9000, client.send(0x21, 0, 0, ascii("111111")));
        expect(0x9000, client.send(0x13, 0, 0));
      }
    }
  }
}
