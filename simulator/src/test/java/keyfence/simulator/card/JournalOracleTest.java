package keyfence.simulator.card;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Random;
import keyfence.simulator.describe.CardDescription;
import keyfence.simulator.host.HostSession;
import keyfence.simulator.memory.Snapshot;
import org.junit.jupiter.api.Test;

/**
 * The journal against an independent witness: whatever a command of the real applet wrote, undoing
 * the journal gives back, byte for byte, the state that the serializer had seen before.
 */
class JournalOracleTest {
  private static final int ROUNDS = 120;

  private final long seed =
      Long.parseLong(
          System.getenv().getOrDefault("KEYFENCE_SEED", Long.toString(new Random().nextLong())));
  private final Random random = new Random(seed);
  private final SimulatedCard card =
      SimulatedCard.described(
          CardDescription.parse(
              "pin = '123456'\npuk = '123456789012'\nseed = '" + "42".repeat(32) + "'"),
          SimulatedCard.builder().seed(seed));
  private final HostSession host = new HostSession(card, new SecureRandom());

  private void open() {
    host.selectKeycard(Keyfence.KEYCARD_AID);
    host.open(HostSession.pairingSecret(CardDescription.DEFAULT_PAIRING_PASSWORD));
    host.verifyPin("123456");
  }

  @Test
  void undoingEveryWriteGivesTheStateBefore() {
    byte[] fresh = state();
    open();
    Snapshot start = card.snapshot();
    byte[] atStart = state();
    for (int i = 0; i < ROUNDS; i++) {
      boolean cut = random.nextInt(3) == 0;
      if (cut && random.nextBoolean()) {
        card.cutPowerInside(1 + random.nextInt(12));
      } else if (cut) {
        card.cutPowerBefore(1 + random.nextInt(12));
      }
      attempt();
      if (i % 3 == 0) {
        card.restore(start);
        assertArrayEquals(atStart, state(), () -> "KEYFENCE_SEED=" + seed);
        card.restore(start);
        open();
      }
    }
    assertTrue(fresh.length > 0);
  }

  /** Snapshots keep transient memory, states don't: compare as after a reset. */
  private byte[] state() {
    return withoutRandom(card.encodedState());
  }

  /** The header of a seeded card's state tells how much randomness was used: not part of memory. */
  private static byte[] withoutRandom(byte[] state) {
    return java.util.Arrays.copyOfRange(state, 1 + 1 + 32 + 8 + 16, state.length);
  }

  private void attempt() {
    try {
      command(random.nextInt(9));
    } catch (PowerLostException e) {
      card.powerUp();
      open();
    } catch (HostSession.RefusedException | IllegalStateException e) {
      card.cancelCut();
      open();
    }
    card.cancelCut();
  }

  private void command(int which) {
    byte[] digits =
        String.format("%06d", random.nextInt(1_000_000)).getBytes(StandardCharsets.US_ASCII);
    byte[] block = new byte[32];
    random.nextBytes(block);
    switch (which) {
      case 0 -> host.command(0xD0, 3, 0, block);
      case 1 -> host.command(0xD1, 0, 0, Hex.decode("8000002B00000007"));
      case 2 -> host.command(0xC1, 0, 0, Hex.decode("8000002C8000003C80000000"));
      case 3 -> host.command(0xE2, random.nextInt(3), 0, block);
      case 4 -> host.command(0x21, 1, 0, "999999888888".getBytes(StandardCharsets.US_ASCII));
      case 5 -> host.command(0xD4, 0, 0, new byte[0]);
      case 6 -> host.command(0xD3, 0, 0, new byte[0]);
      case 7 -> host.command(0xC8, 2, 0, new byte[0]);
      default -> host.command(0x20, 0, 0, digits);
    }
  }
}
