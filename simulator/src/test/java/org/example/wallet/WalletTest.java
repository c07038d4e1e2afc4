package org.example.wallet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import keyfence.simulator.card.PowerLostException;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.junit.Card;
import keyfence.simulator.junit.SimulatedCardExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SimulatedCardExtension.class)
class WalletTest {
  private static final byte[] SELECT = HexFormat.of().parseHex("00a4040008a00000080400010101");

  @Test
  void aFreshCardIsNotInitialised(SimulatedCard card) {
    assertEquals((byte) 0x80, card.transmit(SELECT)[0]);
  }

  @Test
  void aPersonalisedCardHasAKey(@Card(file = "examples/card.toml") SimulatedCard card) {
    byte[] answer = card.transmit(SELECT);
    assertEquals((byte) 0xA4, answer[0]);
    assertTrue(HexFormat.of().formatHex(answer).contains("8e20"), "a KEY_UID of 32 bytes");
  }

  @Test
  void aResetThatNeverBegan(@Card("pin = '123456'\npuk = '123456789012'") SimulatedCard card) {
    card.transmit(SELECT);
    byte[] before = card.encodedState();
    card.cutPowerBefore(1);
    byte[] reset = HexFormat.of().parseHex("80fdaa55");
    assertThrows(PowerLostException.class, () -> card.transmit(reset));
    card.powerUp();
    assertArrayEquals(before, card.encodedState());
    assertTrue(card.transmit(SELECT).length > 2);
  }
}
