package keyfence.simulator.card;

import static keyfence.simulator.card.Cards.send;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** SELECT as a card takes it. */
class SelectionTest {
  @Test
  void anUnknownAidIsRefusedAndChangesNothing() {
    SimulatedCard card = Cards.with("MemoryApplet");
    assertEquals("6A82", send(card, "00A4040005" + "F0AABBCCDD"));
    assertEquals("6A82", send(card, "00A4040005F0AABBCCDD00"));
    assertEquals("91C0", send(card, "801A0000"), "the applet is still selected");
  }

  @Test
  void aPrefixSelects() {
    SimulatedCard card = Cards.with("MemoryApplet");
    card.powerUp();
    assertEquals("6986", send(card, "801A0000"), "nothing is selected after a reset");
    assertEquals("9000", send(card, "00A4040007F06B6674657374"));
    assertEquals("91C0", send(card, "801A0000"));
    assertEquals("6A82", send(card, "00A4040009F06B6674657374" + "0000"), "longer than any");
  }

  @Test
  void malformedCommandsAreAnsweredNotFatal() {
    SimulatedCard card = Cards.with("MemoryApplet");
    assertEquals("6700", send(card, "8010"));
    assertEquals("6700", send(card, "801000000A0102"));
    assertEquals("6700", send(card, "80100000000001" + "00"), "extended length");
    assertEquals("6A82", send(card, "00A40400"));
    assertEquals("6881", send(card, "01A4040008" + Hex.encode(Cards.aid(0))));
  }

  @Test
  void theAtrNamesTheSimulator() {
    SimulatedCard card = Cards.with("MemoryApplet");
    assertEquals("3B8C016B657966656E63652D73696DCB", Hex.encode(card.atr()));
  }
}
