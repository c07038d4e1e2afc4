// The power cut at every persistent write of every command that changes the card: as before or as
// after.
package keyfence.simulator.keycard;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.Hex.path;
import static keyfence.testkit.KeycardClient.ALTERNATIVE_PIN;
import static keyfence.testkit.KeycardClient.PIN;
import static keyfence.testkit.KeycardClient.PUK;
import static keyfence.testkit.KeycardClient.SECRET;
import static keyfence.testkit.KeycardClient.ascii;
import static keyfence.testkit.KeycardClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import keyfence.simulator.card.PowerCuts;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.count.Trace;
import keyfence.simulator.memory.Snapshot;
import keyfence.testkit.Answer;
import keyfence.testkit.HostChannel;
import keyfence.testkit.KeycardClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardCutsTest {
  private static final byte[] NONE = new byte[0];
  private static final byte[] HASH = new byte[32];
  private static final byte[] ACCOUNT = path("m/44'/60'/0'");
  private static final byte[] SEED = HostChannel.sha("SHA-512", ascii("a seed"));
  private static final byte[] OTHER_SEED = HostChannel.sha("SHA-512", ascii("another seed"));

  private final SimulatedCard card = SimulatedCard.fresh();
  private final KeycardClient client = new KeycardClient(card::transmit);

  /** Initialised, one pairing, a key, a path, a PIN-less path, data; channel open, PIN verified. */
  private void prepare() {
    client.select();
    expect(0x9000, client.init(KeycardClient.standardInit()));
    client.select();
    client.pairAndOpen();
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.loadSeed(SEED));
    expect(0x9000, client.send(0xd1, 0, 0, path("m/1/2'")));
    expect(0x9000, client.send(0xc1, 0, 0, ACCOUNT));
    expect(0x9000, client.send(0xe2, 0, 0, bytes(1, 2, 3)));
  }

  /** The command as the open channel would send it; the host's chain stays where it is. */
  private byte[] wrapped(int ins, int p1, int p2, byte[] data) {
    byte[] iv = client.channel.iv;
    byte[] apdu = client.channel.wrap(bytes(0x80, ins, p1, p2), data);
    client.channel.iv = iv;
    return apdu;
  }

  /** All that can be seen of the card after power-up, tries of PINs included. */
  private String look(SimulatedCard same) {
    KeycardClient c = new KeycardClient(same::transmit);
    byte[] selected = expect(0x9000, c.select());
    if (selected[0] == (byte) 0x80) {
      return "blank, INIT " + c.init(KeycardClient.standardInit()).sw();
    }
    StringBuilder seen = new StringBuilder();
    byte[] info = selected.clone();
    Arrays.fill(info, 2, info.length > 110 ? 3 + 18 + 67 : 2 + 18 + 67, (byte) 0);
    seen.append(hex(info));
    seen.append(" data ").append(c.clear(0xca, 0, 0, NONE)).append(c.clear(0xca, 1, 0, NONE));
    Answer pinless = c.clear(0xc0, 3, 0, HASH);
    seen.append(" pinless ").append(pinless.sw());
    if (pinless.sw() == 0x9000) {
      seen.append(hex(Arrays.copyOfRange(pinless.data(), 5, 70)));
    }
    c.slot = client.slot;
    c.pairingKey = client.pairingKey;
    seen.append(" pairing ").append(c.openOnly().sw());
    seen.append(" secret ").append(knowsSecret(c));
    if (knowsSecret(c)) {
      expect(0x9000, c.pair(1, SECRET));
      c.open();
      seen.append(" status ").append(c.send(0xf2, 0, 0)).append(c.send(0xf2, 1, 0));
      seen.append(" PIN ").append(c.verifyPin(PIN));
      seen.append(c.export(ACCOUNT, 1)).append(c.export(NONE, 2));
      seen.append(" alternative ")
          .append(c.verifyPin(ALTERNATIVE_PIN))
          .append(c.export(ACCOUNT, 1));
    }
    return seen.toString();
  }

  private static boolean knowsSecret(KeycardClient c) {
    byte[] challenge = new byte[32];
    byte[] answer = expect(0x9000, c.clear(0x12, 0, 1, challenge));
    return Arrays.equals(HostChannel.sha("SHA-256", SECRET, challenge), Arrays.copyOf(answer, 32));
  }

  private PowerCuts.Report cut(byte[] apdu) {
    return new PowerCuts(card).explore(apdu, this::look);
  }

  private void assertAtomic(byte[] apdu) {
    PowerCuts.Report report = cut(apdu);
    assertFalse(report.outcomes().isEmpty(), "something was written");
    assertNotEquals(report.before(), report.after(), "something changed");
    assertEquals(List.of(), report.mixed());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void init(boolean otherLimits) {
    client.select();
    byte[] plaintext = KeycardClient.standardInit();
    if (otherLimits) {
      plaintext[50] = 4;
      plaintext[51] = 6;
    }
    assertAtomic(client.initApdu(HostChannel.pad(plaintext)));
  }

  @Test
  void pair() {
    prepare();
    client.select();
    byte[] answer = expect(0x9000, client.clear(0x12, 0, 0, HASH));
    byte[] cryptogram = HostChannel.sha("SHA-256", SECRET, Arrays.copyOfRange(answer, 32, 64));
    assertAtomic(join(bytes(0x80, 0x12, 1, 0, 32), cryptogram));
  }

  @Test
  void unpair() {
    prepare();
    assertAtomic(wrapped(0x13, 0, 0, NONE));
  }

  @Test
  void keys() {
    prepare();
    assertAtomic(wrapped(0xd0, 3, 0, OTHER_SEED));
    assertAtomic(
        wrapped(0xd0, 1, 0, join(bytes(0xa1, 34, 0x81, 32), Arrays.copyOf(OTHER_SEED, 32))));
    assertAtomic(wrapped(0xd3, 0, 0, NONE));
    // GENERATE KEY draws other keys each time; the harness puts the random source back.
    assertAtomic(wrapped(0xd4, 0, 0, NONE));
  }

  @Test
  void pathsAndData() {
    prepare();
    assertAtomic(wrapped(0xd1, 0, 0, path("m/44'/60'/0'/0/0/1/2/3/4/5")));
    assertAtomic(wrapped(0xc2, 2, 1, ACCOUNT));
    assertAtomic(wrapped(0xc0, 2, 0, join(HASH, ACCOUNT)));
    assertAtomic(wrapped(0xc1, 0, 0, path("m/44'/60'/1'/0/0/1/2/3/4/5")));
    assertAtomic(wrapped(0xc1, 0, 0, NONE));
    assertAtomic(wrapped(0xe2, 0, 0, new byte[127]));
    assertAtomic(wrapped(0xe2, 1, 0, join(bytes(0, 200), new byte[200])));
  }

  @Test
  void changePinAndSecret() {
    prepare();
    assertAtomic(wrapped(0x21, 0, 0, ascii("111111")));
    assertAtomic(wrapped(0x21, 2, 0, HASH));
  }

  @ParameterizedTest
  @ValueSource(strings = {PIN, ALTERNATIVE_PIN})
  void changePuk(String pin) {
    prepare();
    expect(0x9000, client.verifyPin(pin));
    String newPuk = "000000000000";
    PowerCuts.Report report =
        new PowerCuts(card).explore(wrapped(0x21, 1, 0, ascii(newPuk)), same -> pukIs(newPuk, pin));
    assertNotEquals(report.before(), report.after());
    assertEquals(List.of(), report.mixed());
  }

  /** Blocks the PINs and tries the new PUK, then the old one. */
  private String pukIs(String newPuk, String pin) {
    KeycardClient c = reopened();
    if (c.verifyPin(pin).sw() != 0x9000) {
      return "PIN lost";
    }
    for (int i = 0; i < 3; i++) {
      c.verifyPin("999999");
    }
    String first = c.send(0x22, 0, 0, ascii(newPuk + "222222")).toString();
    String second = c.send(0x22, 0, 0, ascii(PUK + "222222")).toString();
    return first + "/" + second + " " + c.send(0xf2, 0, 0) + c.export(ACCOUNT, 1);
  }

  private KeycardClient reopened() {
    KeycardClient c = new KeycardClient(card::transmit);
    c.select();
    c.slot = client.slot;
    c.pairingKey = client.pairingKey;
    c.open();
    return c;
  }

  @Test
  void aWrongPinIsCountedWhateverIsCut() {
    prepare();
    Snapshot start = card.snapshot();
    byte[] apdu = wrapped(0x20, 0, 0, ascii("999999"));
    card.trace().start();
    card.transmit(apdu);
    List<Trace.Event> events = card.trace().stop();
    long tries = events.stream().filter(e -> e.kind() == Trace.Kind.PIN_TRY).count();
    assertEquals(2, tries);
    boolean counted = false;
    for (Trace.Event event : events) {
      assertTrue(event.kind() != Trace.Kind.PIN_COMPARE || counted, "a try before the comparison");
      counted |= event.kind() == Trace.Kind.PIN_TRY;
    }
    card.restore(start);
    PowerCuts.Report report = new PowerCuts(card).explore(apdu, same -> tries());
    assertEquals(List.of(), report.mixed());
    assertTrue(report.after().startsWith("a309020102"), report.after());
  }

  private String tries() {
    return hex(expect(0x9000, reopened().send(0xf2, 0, 0)));
  }

  @Test
  void noCutOfARightPinCostsThatPin() {
    prepare();
    for (String pin : new String[] {PIN, ALTERNATIVE_PIN}) {
      byte[] apdu = wrapped(0x20, 0, 0, ascii(pin));
      PowerCuts.Report report =
          new PowerCuts(card)
              .explore(apdu, same -> Integer.toHexString(reopened().verifyPin(pin).sw()));
      assertEquals(List.of(), report.mixed());
      assertEquals("9000", report.after());
    }
  }

  @Test
  void noCutOfUnblockGivesTheOldPinBack() {
    prepare();
    for (int i = 0; i < 3; i++) {
      client.verifyPin("999999");
    }
    byte[] apdu = wrapped(0x22, 0, 0, ascii(PUK + "222222"));
    PowerCuts.Report report =
        new PowerCuts(card)
            .explore(
                apdu,
                same -> {
                  KeycardClient c = reopened();
                  String old = Integer.toHexString(c.verifyPin(PIN).sw());
                  return old + " " + Integer.toHexString(c.verifyPin("222222").sw());
                });
    assertEquals("63c0 63c0", report.before());
    assertEquals("63c2 9000", report.after());
    assertEquals(List.of(), report.mixed());
  }

  @Test
  void factoryResetIsFinishedAtTheNextSelect() {
    prepare();
    byte[] apdu = bytes(0x80, 0xfd, 0xaa, 0x55);
    PowerCuts.Report report = cut(apdu);
    assertTrue(report.outcomes().size() > 20);
    assertEquals(List.of(), report.mixed());
    assertEquals("blank, INIT 36864", report.after());
  }

  @Test
  void factoryResetSurvivesCutsOfItsOwnFinish() {
    prepare();
    Snapshot start = card.snapshot();
    byte[] apdu = bytes(0x80, 0xfd, 0xaa, 0x55);
    byte[] select = bytes(0, 0xa4, 4, 0, 9, 0xa0, 0, 0, 8, 4, 0, 1, 1, 1);
    int writes = cut(apdu).outcomes().size() / 2;
    int step = System.getProperty("keyfence.soak") != null ? 1 : writes / 4;
    for (int write = 2; write <= writes; write += step) {
      card.restore(start);
      cutAt(write, apdu);
      PowerCuts.Report report =
          new PowerCuts(card).explore(select, same -> "" + same.transmit(select).length);
      assertEquals(List.of(), report.mixed());
      assertEquals("69", report.before());
      assertEquals("blank, INIT 36864", look(card));
    }
  }

  private void cutAt(int write, byte[] apdu) {
    card.cutPowerBefore(write);
    try {
      card.transmit(apdu);
    } catch (keyfence.simulator.card.PowerLostException e) {
      // What was asked for.
    }
    card.powerUp();
  }
}
