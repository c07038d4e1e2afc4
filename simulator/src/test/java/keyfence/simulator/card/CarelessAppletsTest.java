package keyfence.simulator.card;

import static keyfence.simulator.card.Cards.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import keyfence.simulator.count.Trace;
import org.junit.jupiter.api.Test;

/**
 * The proof of the harness: each careless applet is caught, its careful twin passes the same check.
 */
class CarelessAppletsTest {
  private static final String DATA16 = "10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF";

  private static PowerCuts.Report cuts(String applet, String command) {
    SimulatedCard card = Cards.with(applet);
    return new PowerCuts(card)
        .explore(
            Hex.decode(command),
            c -> {
              Cards.select(c, 0);
              return send(c, "80110000");
            });
  }

  @Test
  void aForgottenTransactionIsCaught() {
    PowerCuts.Report careless = cuts("CarelessTransfer", "80100000");
    assertEquals("038400009000", careless.mixed().get(0).state(), "100 are gone");
    PowerCuts.Report careful = cuts("CarefulTransfer", "80100000");
    assertTrue(careful.outcomes().size() >= 6, "cut at two writes and the commit");
    assertTrue(careful.mixed().isEmpty());
  }

  @Test
  void aSwitchByteWrittenTooEarlyIsCaught() {
    assertFalse(cuts("CarelessBanks", "80100000" + DATA16).mixed().isEmpty());
    PowerCuts.Report careful = cuts("CarefulBanks", "80100000" + DATA16);
    assertEquals(4, careful.outcomes().size());
    assertTrue(careful.mixed().isEmpty());
  }

  @Test
  void aTryCountedAfterTheComparisonIsCaught() {
    assertTrue(Trace.comparedBeforeWriting(trace("CarelessTries")));
    assertFalse(Trace.comparedBeforeWriting(trace("CarefulTries")));
    assertTrue(
        cuts("CarelessTries", "801000000409090909").mixed().isEmpty(),
        "no mixed state shows it: only the order does");
  }

  private static java.util.List<Trace.Event> trace(String applet) {
    SimulatedCard card = Cards.with(applet);
    card.trace().start();
    assertEquals("63C2", send(card, "801000000409090909"));
    return card.trace().stop();
  }

  @Test
  void aTransientArrayTrustedAfterResetIsCaught() {
    assertEquals("9000", afterReset("CarelessToken"), "zeros open it");
    assertEquals("6985", afterReset("CarefulToken"));
  }

  private static String afterReset(String applet) {
    SimulatedCard card = Cards.with(applet);
    send(card, "8010000008A1A2A3A4A5A6A7A8");
    assertEquals("9000", send(card, "8011000008A1A2A3A4A5A6A7A8"));
    assertEquals("6982", send(card, "80110000080000000000000000"));
    card.powerUp();
    Cards.select(card, 0);
    return send(card, "80110000080000000000000000");
  }

  @Test
  void anAllocationInProcessIsCaught() {
    SimulatedCard careless = Cards.with("CarelessScratch");
    assertEquals("9000", send(careless, "80100000"));
    assertEquals(16, careless.counters().allocatedBytes);
    careless.refuseAllocation(true);
    assertEquals("6F00", send(careless, "80100000"));
    SimulatedCard careful = Cards.with("CarefulScratch");
    careful.refuseAllocation(true);
    assertEquals("9000", send(careful, "80100000"));
    assertEquals(0, careful.counters().allocations);
  }
}
