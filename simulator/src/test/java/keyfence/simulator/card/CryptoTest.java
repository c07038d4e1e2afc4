package keyfence.simulator.card;

import static keyfence.simulator.card.Cards.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Randomness, exceptions and counters of the engines. */
class CryptoTest {
  private static final String N =
      "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";

  @Test
  void twoFreshCardsDifferInEverything() {
    SimulatedCard a = Cards.with("CryptoApplet");
    SimulatedCard b = Cards.with("CryptoApplet");
    assertNotEquals(send(a, "80200000"), send(a, "80200000"), "random bytes");
    assertNotEquals(send(a, "80200000"), send(b, "80200000"), "random bytes");
    assertNotEquals(send(a, "80210000"), send(b, "80210000"), "key pairs");
    assertNotEquals(r(send(a, "80220000")), r(send(a, "80220000")), "nonces");
    String before = send(a, "80210000");
    send(a, "80260000");
    assertNotEquals(before, send(a, "80210000"), "a new key pair");
  }

  /** The r of a DER signature: equal only if the nonce is. */
  private static String r(String answer) {
    return answer.substring(6, 8 + 2 * Integer.parseInt(answer.substring(6, 8), 16));
  }

  @Test
  void aSeedRepeats() {
    SimulatedCard a = Cards.seeded(7, "CryptoApplet");
    SimulatedCard b = Cards.seeded(7, "CryptoApplet");
    SimulatedCard other = Cards.seeded(8, "CryptoApplet");
    for (String command : new String[] {"80200000", "80210000", "80220000", "80200000"}) {
      String answer = send(a, command);
      assertEquals(answer, send(b, command));
      assertNotEquals(answer, send(other, command));
    }
  }

  @Test
  void badPointsAndScalarsAreCryptoExceptions() {
    SimulatedCard card = Cards.with("CryptoApplet");
    String off = "04" + "11".repeat(64);
    assertEquals("6F11", send(card, "8023000041" + off), "a point off the curve");
    assertEquals("6F11", send(card, "802300000511223344" + "55"), "no point at all");
    assertEquals("6F11", send(card, "8024000020" + "00".repeat(32)), "zero");
    assertEquals("6F11", send(card, "8024000020" + N), "n");
    assertEquals("9000", send(card, "8024000020" + "00".repeat(31) + "05").substring(64));
  }

  @Test
  void aTransientPrivateKeyIsGoneAfterReselection() {
    SimulatedCard card = Cards.with("CryptoApplet", "OtherApplet");
    send(card, "8024000020" + "00".repeat(31) + "05");
    assertEquals(1, card.transmit(Hex.decode("80270000")).length - 2);
    Cards.select(card, 1);
    Cards.select(card, 0);
    assertEquals("9000", send(card, "80270000"));
  }

  @Test
  void eachEngineIsCounted() {
    SimulatedCard card = Cards.with("CryptoApplet");
    send(card, "80250000");
    Map<String, Long> counts = card.counters().asMap();
    assertEquals(1, counts.get("hmac_sha512"));
    assertEquals(1, counts.get("sha256"));
    assertEquals(1, counts.get("sha512"));
    assertEquals(1, counts.get("aes"));
    assertEquals(20, counts.get("aes_bytes"));
    assertEquals(1, counts.get("mac"));
    assertEquals(32, counts.get("mac_bytes"));
    assertEquals(8, counts.get("random_bytes"));
    assertEquals(0, counts.get("ec_multiplications"));
    assertEquals(0, counts.get("persistent_writes"));
    send(card, "80220000");
    assertEquals(1, card.counters().ecdsaSign);
    assertEquals(0, card.counters().ecMultiplications);
    send(card, "80260000");
    assertEquals(1, card.counters().ecMultiplications);
    send(card, "8024000020" + "00".repeat(31) + "05");
    assertEquals(1, card.counters().ecMultiplications);
  }
}
