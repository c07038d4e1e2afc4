// PAIR and UNPAIR: ten slots, the ephemeral one, and both steps.
package keyfence.applet;

import static keyfence.testkit.KeycardClient.SECRET;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import keyfence.testkit.Answer;
import keyfence.testkit.HostChannel;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PairingTest {
  private KeycardClient client;
  private SimCard card;

  @BeforeEach
  void anInitialisedCard() {
    card = SimCard.keycard(new byte[0]);
    client = new KeycardClient(card);
    client.select();
    expect(0x9000, client.init(KeycardClient.standardInit()));
    client.select();
  }

  private int freeSlots() {
    byte[] d = expect(0x9000, client.select());
    int at = (d[1] == (byte) 0x81 ? 3 : 2) + 18 + 67 + 4;
    assertEquals(2, d[at]);
    return d[at + 2];
  }

  private int pair(int p2) {
    expect(0x9000, client.pair(p2, SECRET));
    return client.slot;
  }

  @Test
  void slotsAreTakenLowestFirstThenTheEphemeralOne() {
    assertEquals(10, freeSlots());
    int[] wishes = {0, 2, 3, 0xff, 0x80, 0, 2, 0, 0, 2};
    for (int i = 0; i < 10; i++) {
      assertEquals(i, pair(wishes[i]));
      assertEquals(9 - i, freeSlots());
      client.open();
      client.select();
    }
    Answer full = client.clear(0x12, 0, 2, random(32));
    assertEquals(0x6a84, full.sw());
    assertEquals(0xff, pair(0));
    assertEquals(0xff, pair(7));
    client.open();
    assertEquals(0, freeSlots());
    client.slot = 0xff;
    expect(0x6a86, client.openOnly());
  }

  @Test
  void aSlotGivenBackIsTakenAgain() {
    for (int i = 0; i < 10; i++) {
      pair(0);
    }
    client.open();
    expect(0x6985, client.send(0x13, 4, 0));
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    expect(0x9000, client.send(0x13, 4, 0));
    expect(0x9000, client.send(0x13, 4, 0));
    assertEquals(1, freeSlots());
    assertEquals(4, pair(2));
    assertEquals(0, freeSlots());
  }

  @Test
  void unpairOfTheSlotInUseKeepsTheChannel() {
    pair(0);
    client.open();
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    Answer answer = client.send(0x13, 0, 0);
    expect(0x9000, answer);
    assertTrue(answer.wrapped());
    expect(0x9000, client.send(0xf2, 0, 0));
    expect(0x6a86, client.openOnly());
  }

  @Test
  void unpairOfOtherNumbers() {
    pair(1);
    client.open();
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    for (int slot : new int[] {10, 11, 0x7f, 0x80, 0xfe}) {
      expect(0x6a86, client.send(0x13, slot, 0));
    }
    expect(0x9000, client.send(0x13, 7, 0));
    expect(0x9000, client.send(0x13, 0xff, 0));
    expect(0x9000, client.send(0xf2, 0, 0));
    expect(0x6a86, client.openOnly());
  }

  @Test
  void theEphemeralPairingEndsWithTheSelection() {
    assertEquals(0xff, pair(1));
    assertEquals(10, freeSlots());
    expect(0x6a86, client.openOnly());
    pair(1);
    client.open();
    card.reset();
    client.select();
    client.slot = 0xff;
    expect(0x6a86, client.openOnly());
  }

  @Test
  void lengthIsCheckedBeforeP1() {
    for (int p1 : new int[] {0, 1, 2, 0x55}) {
      expect(0x6a80, client.clear(0x12, p1, 0, random(31)));
      expect(0x6a80, client.clear(0x12, p1, 0, random(33)));
      expect(0x6a80, client.clear(0x12, p1, 0, new byte[0]));
    }
    expect(0x6a86, client.clear(0x12, 2, 0, random(32)));
    expect(0x6a86, client.clear(0x12, 0xff, 0, random(32)));
    expect(0x6a86, client.clear(0x12, 1, 0, random(32)));
  }

  @Test
  void aWrongCryptogramNeedsStepOneAgain() {
    expect(0x9000, client.clear(0x12, 0, 0, random(32)));
    expect(0x6982, client.clear(0x12, 1, 0, random(32)));
    expect(0x6a86, client.clear(0x12, 1, 0, random(32)));
    assertEquals(10, freeSlots());
  }

  @Test
  void stepTwoIsForgottenBySelectAndOpen() {
    byte[] answer = expect(0x9000, client.clear(0x12, 0, 0, random(32)));
    byte[] cryptogram = HostChannel.sha("SHA-256", SECRET, Arrays.copyOfRange(answer, 32, 64));
    client.select();
    expect(0x6a86, client.clear(0x12, 1, 0, cryptogram));
    answer = expect(0x9000, client.clear(0x12, 0, 0, random(32)));
    cryptogram = HostChannel.sha("SHA-256", SECRET, Arrays.copyOfRange(answer, 32, 64));
    expect(0x6a86, client.clear(0x10, 0, 0, random(65)));
    expect(0x6a86, client.clear(0x12, 1, 0, cryptogram));
  }

  @Test
  void p2CountsInStepOneOnly() {
    byte[] answer = expect(0x9000, client.clear(0x12, 0, 1, random(32)));
    byte[] cryptogram = HostChannel.sha("SHA-256", SECRET, Arrays.copyOfRange(answer, 32, 64));
    byte[] second = expect(0x9000, client.clear(0x12, 1, 2, cryptogram));
    assertEquals((byte) 0xff, second[0]);
  }

  @Test
  void theSecretChangesForNewPairingsOnly() {
    pair(0);
    client.open();
    byte[] other = random(32);
    expect(0x6985, client.send(0x21, 2, 0, other));
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    expect(0x6a80, client.send(0x21, 2, 0, random(31)));
    expect(0x9000, client.send(0x21, 2, 0, other));
    client.select();
    client.open();
    client.select();
    expect(0x9000, client.pair(0, other));
    assertEquals(1, client.slot);
    client.open();
  }
}
