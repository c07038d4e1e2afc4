// The secure channel: what opens it, what closes it, what is wrapped and what is plain.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import keyfence.testkit.Answer;
import keyfence.testkit.HostChannel;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTest {
  private static final byte[] NONE = new byte[0];

  private SimCard card;
  private KeycardClient client;

  @BeforeEach
  void aReadyCard() {
    card = SimCard.keycard(NONE);
    client = KeycardClient.ready(card);
  }

  private void expectWrapped(int sw, Answer answer) {
    expect(sw, answer);
    assertTrue(answer.wrapped(), "wrapped");
  }

  private void expectClosed(Answer answer) {
    assertEquals(0x6982, answer.sw());
    assertFalse(answer.wrapped());
    assertEquals(0, answer.data().length);
    expect(0x6985, client.clear(0xf2, 0, 0, NONE));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x11, 0x13, 0x20, 0x21, 0x22, 0xc0, 0xc1, 0xc2, 0xc8, 0xc9, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4,
        0xe2, 0xf2
      })
  void withoutChannelPlain6985(int ins) {
    client.select();
    Answer answer = client.clear(ins, 0, 0, NONE);
    assertEquals(0x6985, answer.sw());
    assertEquals(0, answer.data().length);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x11, 0x13, 0x14, 0x20, 0x21, 0x22, 0xc0, 0xc1, 0xc2, 0xc8, 0xc9, 0xca, 0xd0, 0xd1, 0xd2,
        0xd3, 0xd4, 0xe2, 0xf2
      })
  void inClearOrBrokenTheChannelCloses(int ins) {
    expectClosed(client.clear(ins, 0, 0, NONE));
    client.open();
    expectClosed(client.clear(ins, 3, 0, random(32)));
    client.open();
    expectClosed(client.clear(ins, 0, 0, random(16)));
    client.open();
    expectClosed(client.clear(ins, 0, 0, random(47)));
    client.open();
    byte[] apdu = client.channel.wrap(bytes(0x80, ins, 0, 0), random(20));
    apdu[5] ^= 1;
    expectClosed(client.raw(apdu));
    client.open();
    apdu = client.channel.wrap(bytes(0x80, ins, 0, 0), random(20));
    apdu[apdu.length - 1] ^= 1;
    expectClosed(client.raw(apdu));
    client.open();
    apdu = client.channel.wrap(bytes(0x80, ins, 0, 0), random(20));
    apdu[3] ^= 1;
    expectClosed(client.raw(apdu));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x11, 0x13, 0x14, 0x20, 0x21, 0x22, 0xc0, 0xc1, 0xc2, 0xc8, 0xc9, 0xca, 0xd0, 0xd1, 0xd2,
        0xd3, 0xd4, 0xe2, 0xf2
      })
  void badPaddingBehindAGoodMac(int ins) {
    byte[] header = bytes(0x80, ins, 0, 0);
    expectWrapped(
        0x6a80, client.receive(client.raw(client.channel.wrapPadded(header, new byte[16]))));
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 1);
    expectWrapped(0x6a80, client.receive(client.raw(client.channel.wrapPadded(header, ones))));
    byte[] early = new byte[32];
    early[3] = (byte) 0x80;
    expectWrapped(0x6a80, client.receive(client.raw(client.channel.wrapPadded(header, early))));
    expectWrapped(0x9000, client.send(0xf2, 0, 0));
  }

  @Test
  void anUnknownInstructionIsWrappedAndDoesNotCount() {
    for (int ins : new int[] {0x00, 0x15, 0xa4, 0xc3, 0xca + 1, 0xf3, 0xfe, 0xff}) {
      Answer clear = client.raw(bytes(0x80, ins, 0, 0));
      expectWrapped(0x6d00, client.channel.unwrap(clear.data()));
      HostChannel channel = client.channel;
      byte[] before = channel.iv;
      byte[] apdu = channel.wrap(bytes(0x80, ins, 0, 0), random(5));
      channel.iv = before;
      expectWrapped(0x6d00, channel.unwrap(client.raw(apdu).data()));
    }
    expectWrapped(0x9000, client.send(0xf2, 0, 0));
    client.select();
    expect(0x6d00, client.clear(0xfe, 0, 0, NONE));
    expect(0x6d00, client.clear(0x15, 0, 0, NONE));
  }

  @Test
  void classesOfOthersAreRefused() {
    for (int cla : new int[] {0x01, 0x04, 0x81, 0x90, 0xff}) {
      Answer answer = client.raw(bytes(cla, 0xf2, 0, 0));
      expectWrapped(0x6e00, client.channel.unwrap(answer.data()));
    }
    for (int cla : new int[] {0x00, 0x80, 0x84}) {
      byte[] apdu = client.channel.wrap(bytes(cla, 0xf2, 0, 0), NONE);
      expectWrapped(0x9000, client.receive(client.raw(apdu)));
    }
    client.select();
    expect(0x6e00, client.raw(bytes(0x81, 0xf2, 0, 0)));
  }

  @Test
  void wrappedCommandsWithAndWithoutLe() {
    byte[] apdu = client.channel.wrap(bytes(0x80, 0xf2, 0, 0), NONE);
    expectWrapped(0x9000, client.receive(client.raw(join(apdu, bytes(0)))));
    expectWrapped(0x9000, client.send(0xf2, 0, 0));
  }

  @Test
  void theLongestPlaintext() {
    expectWrapped(0x6a80, client.send(0x20, 0, 0, random(223)));
    expectWrapped(0x9000, client.send(0xf2, 0, 0));
  }

  @Test
  void everyEmptySuccessIsWrapped() {
    Answer answer = client.verifyPin(KeycardClient.PIN);
    expectWrapped(0x9000, answer);
    assertEquals(0, answer.data().length);
  }

  @Test
  void commandsOfTheOpenPhaseWhileOpen() {
    Answer answer = client.clear(0x12, 0, 0, random(32));
    expectWrapped(0x6985, client.channel.unwrap(answer.data()));
    expectWrapped(0x6985, client.send(0x11, 0, 0, random(32)));
    expectWrapped(0x9000, client.send(0xf2, 0, 0));
    answer = client.clear(0xfd, 0xaa, 0, NONE);
    expectWrapped(0x6a86, client.channel.unwrap(answer.data()));
    expectWrapped(0x9000, client.send(0xf2, 0, 0));
  }

  @Test
  void openingForgetsThePinEvenWhenItFails() {
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    expect(0x6a86, client.clear(0x10, 5, 0, random(65)));
    expect(0x6985, client.clear(0xf2, 0, 0, NONE));
    client.open();
    expectWrapped(0x6985, client.send(0xd3, 0, 0));
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    client.open();
    expectWrapped(0x6985, client.send(0xd3, 0, 0));
  }

  @Test
  void closingDoesNotForgetThePinButOnlyOpenReopens() {
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    expectClosed(client.clear(0xf2, 0, 0, NONE));
    client.open();
    expectWrapped(0x6985, client.send(0xd3, 0, 0));
  }

  @Test
  void openChecksSlotThenLengthThenPoint() {
    client.select();
    for (int slot : new int[] {1, 9, 10, 100, 0x80, 0xff}) {
      expect(0x6a86, client.clear(0x10, slot, 0, random(3)));
    }
    expect(0x6a80, client.clear(0x10, 0, 0, random(64)));
    expect(0x6a80, client.clear(0x10, 0, 0, NONE));
    byte[] off = random(65);
    off[0] = 4;
    expect(0x6a80, client.clear(0x10, 0, 0, off));
    byte[] compressed = random(65);
    compressed[0] = 2;
    expect(0x6a80, client.clear(0x10, 0, 0, compressed));
    expect(0x6985, client.clear(0x11, 0, 0, random(32)));
    client.open();
  }

  @Test
  void openAnswersInClearEvenInAnOpenChannel() {
    Answer answer = client.clear(0x10, 77, 0, random(65));
    assertEquals(0x6a86, answer.sw());
    assertFalse(answer.wrapped());
    client.open();
    expect(0x9000, client.openOnly());
  }

  @Test
  void aHalfOpenChannelBehavesAsNone() {
    expect(0x9000, client.openOnly());
    expect(0x6985, client.clear(0xf2, 0, 0, NONE));
    expect(0x6d00, client.clear(0x15, 0, 0, NONE));
    expect(0x6985, client.clear(0x14, 0, 0, random(32)));
    expect(0x9000, client.clear(0xca, 0, 0, NONE));
    expect(0x6a88, client.clear(0xc0, 3, 0, random(32)));
    expect(0x6a86, client.clear(0xfd, 0, 0, NONE));
    expect(0x9000, client.clear(0x12, 0, 0, random(32)));
    expectWrapped(0x9000, client.send(0x11, 0, 0, random(32)));
    expectWrapped(0x9000, client.send(0xf2, 0, 0));
  }

  @Test
  void mutualAuthenticationThatFailsDropsTheKeys() {
    expect(0x9000, client.openOnly());
    byte[] apdu = client.channel.wrap(bytes(0x80, 0x11, 0, 0), random(32));
    apdu[10] ^= 1;
    expect(0x6982, client.raw(apdu));
    expect(0x6985, client.clear(0x11, 0, 0, random(32)));
    for (int length : new int[] {0, 31, 33, 64}) {
      expect(0x9000, client.openOnly());
      Answer answer = client.send(0x11, 0, 0, random(length));
      expect(0x6982, answer);
      assertFalse(answer.wrapped());
      expect(0x6985, client.clear(0x11, 0, 0, random(32)));
    }
    expect(0x9000, client.openOnly());
    expect(0x6982, client.clear(0x11, 0, 0, NONE));
    client.open();
  }

  @Test
  void aPairingKeyOfSomebodyElseGivesNoChannel() {
    client.pairingKey = random(32);
    expect(0x9000, client.openOnly());
    expect(0x6982, client.send(0x11, 0, 0, random(32)));
  }

  @Test
  void selectAndPowerEndTheChannel() {
    HostChannel old = client.channel;
    client.select();
    expect(0x6985, client.raw(old.wrap(bytes(0x80, 0xf2, 0, 0), NONE)));
    client.open();
    old = client.channel;
    card.reset();
    client.select();
    expect(0x6985, client.raw(old.wrap(bytes(0x80, 0xf2, 0, 0), NONE)));
    client.open();
  }

  @Test
  void saltAndIvAreFresh() {
    byte[] first = expect(0x9000, client.openOnly());
    byte[] second = expect(0x9000, client.openOnly());
    assertEquals(48, first.length);
    assertFalse(Arrays.equals(Arrays.copyOf(first, 32), Arrays.copyOf(second, 32)));
    assertFalse(
        Arrays.equals(Arrays.copyOfRange(first, 32, 48), Arrays.copyOfRange(second, 32, 48)));
  }

  @Test
  void commandsWithoutDataComeWithOrWithoutAFifthByte() {
    client.select();
    assertArrayEquals(
        expect(0x9000, client.raw(hex("80ca0000"))), expect(0x9000, client.raw(hex("80ca000000"))));
  }
}
