package keyfence.simulator.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import keyfence.simulator.count.Counters;
import keyfence.simulator.host.HostSession;
import org.junit.jupiter.api.Test;

/**
 * The real applet's use of memory, as the harness sees it, and that the harness's figures are about
 * the real applet.
 */
class KeycardOnTheHarnessTest {
  private static final byte[] NONE = {};
  private static final byte[] SECRET = new byte[32];
  private static final byte[] WHISPER = Hex.decode("8000002B8000003C8000062D8000000000000000");
  private static final byte[] WALLET = Hex.decode("8000002C8000003C800000000000000000000000");
  private static final int TRANSIENT_LIMIT = 768;
  private static final int PERSISTENT_LIMIT = 4096;
  private static final int CALL_LIMIT = 320;

  private SimulatedCard card = SimulatedCard.fresh();
  private HostSession host = new HostSession(card, new SecureRandom());
  private long deepest;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void init(int pinLimit) {
    byte[] plaintext = new byte[52];
    System.arraycopy(ascii("123456111122223333"), 0, plaintext, 0, 18);
    plaintext[50] = (byte) pinLimit;
    plaintext[51] = 5;
    host.selectKeycard(Keyfence.KEYCARD_AID);
    host.init(plaintext);
    host.selectKeycard(Keyfence.KEYCARD_AID);
  }

  private void command(int ins, int p1, int p2, byte[] data) {
    host.command(ins, p1, p2, data);
    looked(String.format("%02X", ins));
  }

  private void looked(String command) {
    Counters counters = card.counters();
    assertEquals(0, counters.allocations, command + " allocates");
    deepest = Math.max(deepest, counters.callBytes);
  }

  @Test
  void nothingIsAllocatedAfterInitAndTheCardStaysWithinItsClass() {
    init(3);
    card.refuseAllocation(true);
    session();
    card.refuseAllocation(false);
    Counters counters = card.counters();
    System.out.printf(
        "transient memory %d bytes, persistent %d, deepest call chain %d bytes%n",
        counters.transientTotal, counters.persistentTotal, deepest);
    assertTrue(counters.transientTotal <= TRANSIENT_LIMIT, "transient " + counters.transientTotal);
    assertTrue(
        counters.persistentTotal <= PERSISTENT_LIMIT, "persistent " + counters.persistentTotal);
    assertTrue(deepest <= CALL_LIMIT, "calls " + deepest);
  }

  private void session() {
    host.open(SECRET);
    looked("11");
    host.verifyPin("123456");
    looked("20");
    command(0xD0, 3, 0, new byte[64]);
    command(0xF2, 0, 0, NONE);
    command(0xD1, 0, 0, WALLET);
    command(0xF2, 1, 0, NONE);
    command(0xC2, 1, 0, WHISPER);
    command(0xC2, 1, 2, WALLET);
    byte[] hashAndPath = new byte[32 + WALLET.length];
    System.arraycopy(WALLET, 0, hashAndPath, 32, WALLET.length);
    command(0xC0, 1, 0, hashAndPath);
    command(0xC1, 0, 0, WALLET);
    command(0xD2, 4, 0, NONE);
    command(0xE2, 0, 0, new byte[100]);
    command(0xCA, 0, 0, NONE);
    command(0xC9, 0, 0, NONE);
    command(0xC9, 2, 0, NONE);
    command(0x21, 0, 0, ascii("654321"));
    command(0x21, 2, 0, SECRET);
    command(0xD4, 0, 0, NONE);
    command(0xD3, 0, 0, NONE);
    host.plain(0x80, 0xFD, 0xAA, 0x55, NONE);
    looked("FD");
  }

  @Test
  void theCostOfTheMainCommandsIsCounted() {
    init(3);
    host.open(SECRET);
    host.verifyPin("123456");
    assertEquals(2, card.counters().pinChecks, "the main one and the alternative one");
    host.command(0xD0, 3, 0, new byte[64]);
    assertTrue(card.counters().persistentBytes >= 64);
    host.command(0xC2, 1, 0, WHISPER);
    assertTrue(card.counters().hmacSha512 >= 5, "one HMAC for each of five components");
    assertTrue(card.counters().ecMultiplications >= 1);
    assertEquals(0, card.counters().ecdsaSign);
    byte[] hashAndPath = new byte[32 + WALLET.length];
    System.arraycopy(WALLET, 0, hashAndPath, 32, WALLET.length);
    host.command(0xC0, 1, 0, hashAndPath);
    assertEquals(1, card.counters().ecdsaSign);
    assertTrue(card.counters().mac >= 2 && card.counters().aes >= 2);
  }

  @Test
  void aHundredCyclesOfResetAndInitGrowNoMemory() {
    init(3);
    card.powerUp();
    final int young = card.encodedState().length;
    for (int i = 0; i < 100; i++) {
      host.selectKeycard(Keyfence.KEYCARD_AID);
      host.plain(0x80, 0xFD, 0xAA, 0x55, NONE);
      init(i % 2 == 0 ? 7 : 3);
    }
    card.powerUp();
    assertEquals(young, card.encodedState().length);
  }

  @Test
  void twoFreshCardsShareNothing() {
    SimulatedCard other = SimulatedCard.fresh();
    String mine = Hex.encode(host.select(Keyfence.KEYCARD_AID));
    assertNotEquals(
        mine, Hex.encode(new HostSession(other, new SecureRandom()).select(Keyfence.KEYCARD_AID)));
    assertNotEquals(
        Hex.encode(host.select(Keyfence.CASH_AID)),
        Hex.encode(new HostSession(other, new SecureRandom()).select(Keyfence.CASH_AID)));
  }
}
