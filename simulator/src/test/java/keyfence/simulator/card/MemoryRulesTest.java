package keyfence.simulator.card;

import static keyfence.simulator.card.Cards.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Persistent and transient memory by Java Card's rules. */
class MemoryRulesTest {
  private static final String DATA = "10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF";
  private static final int FRESH = 3 << 6;

  private SimulatedCard card;

  @BeforeEach
  void install() {
    card = Cards.with("MemoryApplet", "OtherApplet");
  }

  private int state() {
    return state(card);
  }

  private static int state(SimulatedCard card) {
    return Cards.status(card.transmit(Hex.decode("801A0000"))) & 0xff;
  }

  @Test
  void aFreshCardHasNothingSet() {
    assertEquals(FRESH, state());
  }

  @Test
  void writesStay() {
    assertEquals("9000", send(card, "80100000"));
    card.powerUp();
    Cards.select(card, 0);
    assertEquals(FRESH | 7, state());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80100300",
        "80140300",
        "80160300" + "0409090909",
        "80170300" + DATA,
        "80120300" + DATA
      })
  void anAbortedTransactionLeavesNothing(String command) {
    assertEquals("9000", send(card, command));
    assertEquals(FRESH, state());
    assertEquals("9000", send(card, "801500000401020304"), "the PIN's value too");
    assertEquals(FRESH, state());
  }

  @ParameterizedTest
  @ValueSource(strings = {"80100100", "801C0100", "801D0100", "80170100" + DATA})
  void aTransactionLeftOpenLeavesNothing(String command) {
    send(card, command);
    assertEquals(FRESH, state());
  }

  @Test
  void aCommittedTransactionStays() {
    assertEquals("9000", send(card, "80100500"));
    assertEquals(FRESH | 7, state());
  }

  @Test
  void anExceptionOutsideATransactionUndoesNothing() {
    assertEquals("6985", send(card, "801C0000"));
    assertEquals(FRESH | 2, state());
  }

  @Test
  void nonAtomicWritesSurviveAnAbort() {
    assertEquals("9000", send(card, "80110300" + DATA));
    assertEquals(FRESH | 2, state());
  }

  @Test
  void triesOfThePinTakeNoPartInATransaction() {
    assertEquals("9000", send(card, "80150300" + "0409090909"));
    assertEquals(2 << 6, state());
  }

  @Test
  void theCommitBufferHolds512Bytes() {
    assertEquals("6F03", send(card, "80130100"), "TransactionException.BUFFER_FULL");
    assertEquals(FRESH, state());
    assertEquals("9000", send(card, "80130000"), "no limit without a transaction");
  }

  @Test
  void transientMemoryIsClearedAsItsTypeSays() {
    assertEquals("9000", send(card, "80180000" + DATA));
    assertEquals(FRESH | 16 | 32, state() | FRESH);
    Cards.select(card, 1);
    Cards.select(card, 0);
    assertEquals(16, state() & 48, "deselected");
    send(card, "80180000" + DATA);
    card.powerUp();
    Cards.select(card, 0);
    assertEquals(0, state() & 48, "reset");
  }

  @Test
  void aCutTransactionIsTakenBackAtPowerUp() {
    for (int write = 1; write <= 12; write++) {
      card.cutPowerBefore(write);
      byte[] command = Hex.decode("80100500");
      assertThrows(PowerLostException.class, () -> card.transmit(command), "write " + write);
      assertThrows(
          PowerLostException.class, () -> card.transmit(command), "no answer without power");
      card.powerUp();
      Cards.select(card, 0);
      assertEquals(FRESH, state(), "write " + write);
    }
    card.cutPowerBefore(13);
    assertEquals("9000", send(card, "80100500"), "eleven writes and the commit");
  }

  @Test
  void anAtomicCopyIsNeverTornButANonAtomicOneIs() {
    assertEquals(1, states("80120000" + DATA));
    assertTrue(states("80110000" + DATA) > 1);
  }

  private int states(String command) {
    PowerCuts.Report report =
        new PowerCuts(card)
            .explore(
                Hex.decode(command),
                c -> {
                  Cards.select(c, 0);
                  return Integer.toHexString(state(c));
                });
    return report.outcomes().stream().map(PowerCuts.Outcome::state).distinct().toList().size();
  }

  @Test
  void aTryIsCountedBeforeTheComparisonWhateverIsCut() {
    PowerCuts.Report wrong =
        new PowerCuts(card)
            .explore(
                Hex.decode("801500000409090909"),
                c -> {
                  Cards.select(c, 0);
                  return Integer.toHexString(state(c) >> 6);
                });
    assertEquals("3", wrong.before());
    assertEquals("2", wrong.after());
    PowerCuts.Report right =
        new PowerCuts(card)
            .explore(
                Hex.decode("801500000401020304"),
                c -> {
                  Cards.select(c, 0);
                  return Integer.toHexString(state(c) >> 6);
                });
    assertEquals("3", right.after());
    assertTrue(
        right.outcomes().stream().anyMatch(o -> o.state().equals("2")),
        "cut before the counter goes back");
  }

  @Test
  void allocationIsCountedAndRefusedWhenAsked() {
    assertEquals("9000", send(card, "80190000"));
    assertEquals(1, card.counters().allocations);
    assertEquals(3, card.counters().allocatedBytes);
    card.refuseAllocation(true);
    assertEquals("6F00", send(card, "80190000"));
    assertEquals("9000", send(card, "80100000"), "writing is not allocating");
  }

  @Test
  void bytesWrittenAndCallsAreCounted() {
    send(card, "80120000" + DATA);
    assertEquals(1, card.counters().persistentWrites);
    assertEquals(16, card.counters().persistentBytes);
    long flat = card.counters().callFrames;
    send(card, "801E0000");
    assertEquals(flat + 4, card.counters().callFrames);
    assertTrue(card.counters().callBytes > 40);
  }

  @Test
  void aSnapshotBringsEverythingBack() {
    send(card, "80180000" + DATA);
    int before = state();
    keyfence.simulator.memory.Snapshot snapshot = card.snapshot();
    for (int i = 0; i < 3; i++) {
      send(card, "80100000");
      send(card, "80110000" + DATA);
      send(card, "80170000" + DATA);
      send(card, "801500000409090909");
      assertNotEquals(before, state());
      card.restore(snapshot);
      assertEquals(before, state());
    }
  }

  @Test
  void staticsBelongToACardNotToTheProcess() {
    SimulatedCard other = Cards.with("MemoryApplet");
    send(card, "80100000");
    assertEquals(FRESH | 7, state(card));
    assertEquals(FRESH, state(other));
    send(other, "80170000" + DATA);
    assertEquals(FRESH | 7, state(card));
    assertEquals(FRESH | 8, state(other));
  }
}
