// PINs and PUKs, main and alternative: counters to the end and back, and every rule as a story.
package keyfence.applet;

import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.path;
import static keyfence.testkit.KeycardClient.ALTERNATIVE_PIN;
import static keyfence.testkit.KeycardClient.PIN;
import static keyfence.testkit.KeycardClient.PUK;
import static keyfence.testkit.KeycardClient.ascii;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import keyfence.testkit.Answer;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PinTest {
  private static final String OTHER_PUK = "210987654321";
  private static final byte[] ACCOUNT = path("m/44'/60'/0'");

  private KeycardClient client;
  private SimCard card;
  private String mainKey;
  private String alternativeKey;

  @BeforeEach
  void aCardWithAKey() {
    card = SimCard.keycard(new byte[0]);
    client = KeycardClient.ready(card);
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.loadSeed(random(64)));
    mainKey = account();
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    alternativeKey = account();
    assertNotEquals(mainKey, alternativeKey);
    reopen();
  }

  private String account() {
    return hex(expect(0x9000, client.export(ACCOUNT, KeyRelease.PUBLIC)));
  }

  private void reopen() {
    client.select();
    client.open();
  }

  private void tries(int pin, int puk) {
    byte[] status = expect(0x9000, client.send(0xf2, 0, 0));
    assertEquals(String.format("a3090201%02x0201%02x0101ff", pin, puk), hex(status));
  }

  private Answer unblock(String puk, String pin) {
    return client.send(0x22, 0, 0, ascii(puk + pin));
  }

  private Answer change(int p1, String value) {
    return client.send(0x21, p1, 0, ascii(value));
  }

  private void block() {
    expect(0x63c2, client.verifyPin("999999"));
    expect(0x63c1, client.verifyPin("999999"));
    expect(0x63c0, client.verifyPin("999999"));
    expect(0x63c0, client.verifyPin("999999"));
  }

  @Test
  void countersToTheEndAndBack() {
    tries(3, 5);
    block();
    tries(0, 5);
    expect(0x63c0, client.verifyPin(PIN));
    expect(0x63c0, client.verifyPin(ALTERNATIVE_PIN));
    for (int left = 4; left >= 1; left--) {
      expect(0x63c0 + left, unblock("999999999999", "111111"));
      tries(0, left);
    }
    expect(0x9000, unblock(PUK, "111111"));
    tries(3, 5);
    assertEquals(mainKey, account());
    expect(0x63c2, client.verifyPin(PIN));
    expect(0x9000, client.verifyPin("111111"));
    assertEquals(mainKey, account());
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    assertEquals(alternativeKey, account());
  }

  @Test
  void aPukAtZeroIsForEver() {
    block();
    for (int left = 4; left >= 0; left--) {
      expect(0x63c0 + left, unblock("999999999999", "111111"));
    }
    expect(0x63c0, unblock(PUK, "111111"));
    reopen();
    expect(0x63c0, unblock(PUK, "111111"));
    expect(0x63c0, client.verifyPin(PIN));
    tries(0, 0);
    expect(0x9000, client.clear(0xfd, 0xaa, 0x55, new byte[0]));
    client = new KeycardClient(card);
    client.select();
    expect(0x9000, client.init(KeycardClient.standardInit()));
    client.select();
    client.pairAndOpen();
    expect(0x9000, client.verifyPin(PIN));
  }

  @Test
  void malformedPinsCostNothing() {
    expect(0x9000, client.verifyPin(PIN));
    for (String bad : new String[] {"", "12345", "1234567", "12345a", "12345:", "12345/"}) {
      expect(0x6a80, client.verifyPin(bad));
    }
    tries(3, 5);
    account();
    block();
    for (String bad :
        new String[] {
          "", PUK, PUK + "12345", PUK + "1234567", PUK + "12345a", "x" + PUK.substring(1) + PIN
        }) {
      expect(0x6a80, client.send(0x22, 0, 0, ascii(bad)));
    }
    tries(0, 5);
  }

  @Test
  void aWrongPinEndsAVerification() {
    expect(0x9000, client.verifyPin(PIN));
    expect(0x63c2, client.verifyPin("000000"));
    expect(0x6985, client.export(ACCOUNT, KeyRelease.PUBLIC));
    expect(0x9000, client.verifyPin(PIN));
    tries(3, 5);
  }

  @Test
  void unblockOnlyWhatIsBlocked() {
    expect(0x6985, unblock(PUK, "111111"));
    expect(0x6985, client.send(0x22, 0, 0, ascii("1")));
    expect(0x9000, client.verifyPin(PIN));
    expect(0x6985, unblock("999999999999", "111111"));
    tries(3, 5);
  }

  @Test
  void changePinOrder() {
    expect(0x6985, change(3, "1"));
    expect(0x9000, client.verifyPin(PIN));
    expect(0x6a86, change(3, "1"));
    expect(0x6a86, change(0xff, "111111"));
    for (String bad : new String[] {"", "11111", "1111111", "11111x"}) {
      expect(0x6a80, change(0, bad));
    }
    for (String bad : new String[] {"", "11111111111", "1111111111111", "11111111111x"}) {
      expect(0x6a80, change(1, bad));
    }
    expect(0x9000, change(0, "111111"));
    assertEquals(mainKey, account());
    reopen();
    expect(0x63c2, client.verifyPin(PIN));
    expect(0x9000, client.verifyPin("111111"));
  }

  @Test
  void theCurrentPinIsTheLastOneVerifiedRight() {
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    expect(0x63c2, client.verifyPin("000000"));
    expect(0x63c1, client.verifyPin("000000"));
    expect(0x63c0, client.verifyPin("000000"));
    // Current is still the alternative PIN: UNBLOCK sets that one.
    expect(0x9000, unblock(PUK, "111111"));
    assertEquals(alternativeKey, account());
    expect(0x9000, client.verifyPin(PIN));
    assertEquals(mainKey, account());
    expect(0x9000, client.verifyPin("111111"));
    assertEquals(alternativeKey, account());
  }

  @Test
  void triesOfOneAreSpentByTheOther() {
    expect(0x9000, client.verifyPin(PIN));
    expect(0x63c2, client.verifyPin("000000"));
    reopen();
    tries(2, 5);
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    tries(3, 5);
    reopen();
    tries(3, 5);
    expect(0x63c2, client.verifyPin("000000"));
    expect(0x63c1, client.verifyPin("000000"));
    expect(0x9000, client.verifyPin(PIN));
    tries(3, 5);
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    tries(3, 5);
  }

  @Test
  void changePinUnderTheAlternativePinChangesThatOne() {
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    expect(0x9000, change(0, "111111"));
    assertEquals(alternativeKey, account());
    expect(0x9000, client.verifyPin(PIN));
    assertEquals(mainKey, account());
    expect(0x9000, client.verifyPin("111111"));
    assertEquals(alternativeKey, account());
    expect(0x63c2, client.verifyPin(ALTERNATIVE_PIN));
  }

  @Test
  void changedToEqualTheAlternativeOneWins() {
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, change(0, ALTERNATIVE_PIN));
    reopen();
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    assertEquals(alternativeKey, account());
    tries(3, 5);
  }

  @Test
  void alternativeChangedToEqualTheMainOne() {
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    expect(0x9000, change(0, PIN));
    reopen();
    expect(0x9000, client.verifyPin(PIN));
    assertEquals(alternativeKey, account());
  }

  @Test
  void aPukSetUnderTheAlternativePinNeverOpensTheMainWallet() {
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    expect(0x9000, change(1, OTHER_PUK));
    // After SELECT the main PIN is current: elsewhere this made the robber's PIN the main one.
    reopen();
    block();
    expect(0x9000, unblock(OTHER_PUK, "111111"));
    assertEquals(alternativeKey, account());
    tries(3, 5);
    reopen();
    expect(0x9000, client.verifyPin(PIN));
    assertEquals(mainKey, account());
    expect(0x9000, client.verifyPin("111111"));
    assertEquals(alternativeKey, account());
    expect(0x63c2, client.verifyPin(ALTERNATIVE_PIN));
  }

  @Test
  void theFirstPukSetsTheMainPinOnceThereIsASecond() {
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    expect(0x9000, change(1, OTHER_PUK));
    block();
    expect(0x63c4, unblock("999999999999", "111111"));
    expect(0x9000, unblock(PUK, "111111"));
    assertEquals(mainKey, account());
    tries(3, 5);
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    assertEquals(alternativeKey, account());
  }

  @Test
  void aPukChangedUnderTheMainPinBeforeThereIsASecond() {
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, change(1, OTHER_PUK));
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    block();
    expect(0x63c4, unblock(PUK, "111111"));
    expect(0x9000, unblock(OTHER_PUK, "111111"));
    assertEquals(alternativeKey, account());
  }

  @Test
  void bothPuksEqualTheAlternativeOneWins() {
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    expect(0x9000, change(1, PUK));
    reopen();
    block();
    expect(0x9000, unblock(PUK, "111111"));
    assertEquals(alternativeKey, account());
  }

  @Test
  void countersOfBothPuksLookTheSame() {
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    expect(0x9000, change(1, OTHER_PUK));
    block();
    expect(0x63c4, unblock("999999999999", "111111"));
    expect(0x63c3, unblock("999999999999", "111111"));
    tries(0, 3);
    reopen();
    tries(0, 3);
    expect(0x9000, unblock(PUK, "111111"));
    tries(3, 5);
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    tries(3, 5);
  }

  @Test
  void theCurrentPathBelongsToItsPin() {
    byte[] here = path("m/44'/60'");
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.send(0xd1, 0, 0, here));
    card.reset();
    reopen();
    assertArrayEquals(here, expect(0x9000, client.send(0xf2, 1, 0)));
    expect(0x9000, client.verifyPin(PIN));
    assertArrayEquals(here, expect(0x9000, client.send(0xf2, 1, 0)));
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    assertEquals(0, expect(0x9000, client.send(0xf2, 1, 0)).length);
    expect(0x9000, client.verifyPin(PIN));
    assertEquals(0, expect(0x9000, client.send(0xf2, 1, 0)).length);
  }

  @Test
  void selectForgetsVerification() {
    expect(0x9000, client.verifyPin(PIN));
    reopen();
    expect(0x6985, client.export(ACCOUNT, KeyRelease.PUBLIC));
    expect(0x9000, client.verifyPin(ALTERNATIVE_PIN));
    card.reset();
    reopen();
    expect(0x6985, client.export(ACCOUNT, KeyRelease.PUBLIC));
    expect(0x9000, client.verifyPin(PIN));
    assertEquals(mainKey, account());
  }
}
