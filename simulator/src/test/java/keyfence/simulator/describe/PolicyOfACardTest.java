package keyfence.simulator.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import keyfence.simulator.card.Hex;
import keyfence.simulator.card.Keyfence;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.host.HostSession;
import org.junit.jupiter.api.Test;

/** A described policy through the whole card; simulator/coverage-check.sh measures with it. */
class PolicyOfACardTest {
  private static final String OWNER = "pin = \"123456\"\npuk = \"123456789012\"\n";

  @Test
  void aPolicyOpensWhatItNames() {
    SimulatedCard card =
        SimulatedCard.described(
            CardDescription.parse(
                OWNER
                    + "seed = \""
                    + "11".repeat(32)
                    + "\"\npolicy = [\"m/43'/7'/[3'..4']/{0..1}\"]\n"));
    HostSession host = new HostSession(card, new java.security.SecureRandom());
    host.selectKeycard(Keyfence.KEYCARD_AID);
    host.open(HostSession.pairingSecret(CardDescription.DEFAULT_PAIRING_PASSWORD));
    host.verifyPin("123456");
    assertEquals(36, host.command(0xC2, 1, 0, Hex.decode("8000002B8000000780000003")).length);
    assertThrows(
        HostSession.RefusedException.class,
        () -> host.command(0xC2, 1, 0, Hex.decode("8000002B8000000780000005")));
  }
}
