// The power cut at every persistent write of whatever changes the policy: it is the old one or the
// new one.
package keyfence.simulator.policy;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.KeycardClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import keyfence.simulator.card.CardClassSet;
import keyfence.simulator.card.PowerCuts;
import keyfence.simulator.card.PowerLostException;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.memory.Snapshot;
import keyfence.testkit.Answer;
import keyfence.testkit.Authority;
import keyfence.testkit.Encoded;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.Mutants;
import keyfence.testkit.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCutsTest {
  private static final Authority ISSUER = new Authority(1);
  private static final Authority OWNER = new Authority(2);
  private static final Authority SUCCESSOR = new Authority(3);
  private static final int DOUBLE_CUTS = Seed.SOAK ? 1000 : 20;
  private static final byte[] INSTALLED = Encoded.tlv(0x90, ISSUER.key());
  private static final byte[] ONE = Encoded.rule("m/43'/1'/[0'..0']/{0..7}");
  private static final byte[] TWO = Encoded.rule("m/43'/2'/[0'..9']/{0..7}");

  /** A card with a client that may go on after the card was put back to an earlier state. */
  private static final class Bench {
    final SimulatedCard card;
    final KeycardClient client;

    Bench(SimulatedCard card) {
      this.card = card;
      client = new KeycardClient(card::transmit);
    }

    /** A blank card. */
    static Bench blank(byte[] parameters) {
      return new Bench(SimulatedCard.builder().installParameters(parameters).build());
    }

    /** An initialised card, paired, channel open, PIN verified. */
    static Bench ready(byte[] parameters) {
      return blank(parameters).initialise(KeycardClient.standardInit());
    }

    Bench initialise(byte[] plaintext) {
      client.select();
      expect(0x9000, client.init(plaintext));
      client.select();
      client.pairAndOpen();
      expect(0x9000, client.verifyPin(KeycardClient.PIN));
      return this;
    }

    void update(byte[] signed) {
      byte[][] blocks = blocks(signed);
      for (int i = 0; i < blocks.length; i++) {
        expect(0x9000, client.send(0xc8, i == blocks.length - 1 ? 0x80 : 0, i, blocks[i]));
      }
    }

    static byte[][] blocks(byte[] signed) {
      byte[][] blocks = new byte[(signed.length + 220) / 221][];
      for (int i = 0; i < blocks.length; i++) {
        int end = Math.min(signed.length, (i + 1) * 221);
        blocks[i] = java.util.Arrays.copyOfRange(signed, i * 221, end);
      }
      return blocks;
    }

    /** All that the card says about its policy, after power-up; a blank card is initialised. */
    String state(SimulatedCard same) {
      final boolean blank = client.select().data()[0] == (byte) 0x80;
      final int slot = client.slot;
      final byte[] pairing = client.pairingKey;
      if (blank) {
        expect(0x9000, client.init(KeycardClient.standardInit()));
        client.select();
        expect(0x9000, client.pair(0, KeycardClient.SECRET));
      }
      client.open();
      StringBuilder state = new StringBuilder(blank ? "blank " : "initialised ");
      state.append(client.send(0xc9, 0, 0));
      for (int what = 1; what <= 3; what++) {
        for (int block = 0; block < 2; block++) {
          Answer answer = client.send(0xc9, what, block);
          state.append(' ').append(answer.sw() == 0x9000 ? hex(answer.data()) : "-");
        }
      }
      client.slot = slot;
      client.pairingKey = pairing;
      return state.toString();
    }

    /** Cuts the command that was wrapped for the card as it is. */
    PowerCuts.Report cut(byte[] apdu) {
      return new PowerCuts(card).explore(apdu, this::state);
    }

    /** Sends a command with one cut; afterwards the card has power. Returns whether it was cut. */
    boolean cutOnce(byte[] apdu, int write, boolean inside) {
      if (inside) {
        card.cutPowerInside(write);
      } else {
        card.cutPowerBefore(write);
      }
      try {
        card.transmit(apdu);
        card.cancelCut();
        return false;
      } catch (PowerLostException e) {
        card.powerUp();
        return true;
      }
    }

    PowerCuts.Report cut(int ins, int p1, int p2, byte[] data) {
      return cut(client.channel.wrap(bytes(0x80, ins, p1, p2), data));
    }
  }

  private static void assertAtomic(PowerCuts.Report report, int writes) {
    assertNotEquals(report.before(), report.after());
    assertTrue(report.outcomes().size() >= 2 * writes, "cuts: " + report.outcomes().size());
    assertTrue(report.mixed().isEmpty(), () -> report.mixed().toString());
  }

  /** A policy of more than one block, with a successor. */
  private static byte[] large(long sequence) {
    byte[][] rules = new byte[5][];
    for (int i = 0; i < rules.length; i++) {
      rules[i] = Encoded.rule("m/43'/" + i + "'/1/2/3/[0'..9']/{0..3}");
    }
    return ISSUER.sign(Encoded.policy(sequence, null, SUCCESSOR.key(), Encoded.sorted(rules)));
  }

  @Test
  void update() {
    Bench bench = Bench.ready(INSTALLED);
    bench.update(ISSUER.sign(Encoded.policy(1, Encoded.list(ONE))));
    expect(0x9000, bench.client.send(0xc8, 2, 0));
    byte[][] blocks = Bench.blocks(large(2));
    assertEquals(2, blocks.length);
    // The first block has no effect at all, wherever the power goes.
    PowerCuts.Report first = bench.cut(0xc8, 0, 0, blocks[0]);
    assertEquals(first.before(), first.after());
    assertTrue(first.mixed().isEmpty(), () -> first.mixed().toString());

    Bench again = Bench.ready(INSTALLED);
    again.update(ISSUER.sign(Encoded.policy(1, Encoded.list(ONE))));
    expect(0x9000, again.client.send(0xc8, 2, 0));
    expect(0x9000, again.client.send(0xc8, 0, 0, blocks[0]));
    assertAtomic(again.cut(0xc8, 0x80, 1, blocks[1]), 8);
  }

  @Test
  void updateInOneBlockOverAFormerOne() {
    Bench bench = Bench.ready(INSTALLED);
    bench.update(ISSUER.sign(Encoded.policy(1, Encoded.list(ONE))));
    bench.update(ISSUER.sign(Encoded.policy(2, Encoded.list(TWO))));
    assertAtomic(bench.cut(0xc8, 0x80, 0, ISSUER.sign(Encoded.policy(3, Encoded.list()))), 8);
  }

  /** After any cut of an update the same update goes through, or is in force already. */
  @Test
  void updateAfterACut() {
    Bench bench = Bench.ready(INSTALLED);
    byte[] signed = ISSUER.sign(Encoded.policy(1, Encoded.list(ONE, TWO)));
    byte[] apdu = bench.client.channel.wrap(bytes(0x80, 0xc8, 0x80, 0), signed);
    PowerCuts.Report report =
        new PowerCuts(bench.card)
            .explore(
                apdu,
                card -> {
                  boolean old = bench.state(card).contains("020400000000");
                  expect(0x9000, bench.client.verifyPin(KeycardClient.PIN));
                  int sw = bench.client.send(0xc8, 0x80, 0, signed).sw();
                  assertEquals(old ? 0x9000 : 0x6985, sw);
                  return bench.state(card);
                });
    assertEquals(report.before(), report.after());
    assertTrue(report.mixed().isEmpty());
  }

  @Test
  void narrowingAndFreezing() {
    Bench bench = Bench.ready(INSTALLED);
    bench.update(ISSUER.sign(Encoded.policy(1, Encoded.list(ONE, TWO))));
    expect(0x9000, bench.client.send(0xc8, 2, 1));
    assertAtomic(bench.cut(0xc8, 2, 0, new byte[0]), 1);
    Bench freezing = Bench.ready(INSTALLED);
    freezing.update(ISSUER.sign(Encoded.policy(1, Encoded.list(ONE, TWO))));
    assertAtomic(freezing.cut(0xc8, 1, 0, new byte[0]), 1);
  }

  @Test
  void initWithAnAuthority() {
    Bench bench = Bench.blank(new byte[0]);
    bench.client.select();
    byte[] plaintext = join(KeycardClient.standardInit(), OWNER.key());
    byte[] padded = keyfence.testkit.HostChannel.pad(plaintext);
    byte[] apdu = bench.client.initApdu(padded);
    PowerCuts.Report report =
        new PowerCuts(bench.card)
            .explore(
                apdu,
                card -> {
                  if (bench.client.select().data()[0] != (byte) 0x80) {
                    expect(0x9000, bench.client.pair(0, KeycardClient.SECRET));
                  }
                  return bench.state(card);
                });
    assertAtomic(report, 5);
    assertTrue(report.before().startsWith("blank ") && report.after().startsWith("initialised "));
    assertFalse(report.before().contains(OWNER.fingerprint()));
    assertTrue(report.after().contains(OWNER.fingerprint()));
  }

  /** With an installed authority: number and successor stay, everything else is as installed. */
  @Test
  void factoryResetOfAnInstalledAuthority() {
    Bench bench = Bench.ready(INSTALLED);
    bench.update(large(7));
    expect(0x9000, bench.client.send(0xc8, 2, 1));
    expect(0x9000, bench.client.send(0xc8, 1, 0));
    PowerCuts.Report report = bench.cut(hex("80fdaa55"));
    assertAtomic(report, 10);
    assertTrue(report.after().startsWith("blank "));
    assertTrue(report.after().contains("020400000007"), report.after());
    assertTrue(report.after().contains(SUCCESSOR.fingerprint()), report.after());
    // The reset that SELECT finishes may be cut as well, at any write.
    Snapshot start = bench.card.snapshot();
    long seed = Seed.of("factoryResetOfAnInstalledAuthority");
    Random random = new Random(seed);
    int writes = report.outcomes().size() / 2;
    for (int i = 0; i < DOUBLE_CUTS; i++) {
      bench.card.restore(start);
      int first = 2 + random.nextInt(writes - 1);
      boolean cut = bench.cutOnce(hex("80fdaa55"), first, random.nextBoolean());
      assertTrue(cut, "seed " + seed);
      int second = 1 + random.nextInt(writes);
      bench.cutOnce(hex("00a4040009a00000080400010101"), second, random.nextBoolean());
      assertEquals(report.after(), bench.state(bench.card), "cuts " + first + ", " + second);
    }
  }

  @Test
  void factoryResetOfAnOwnersAuthority() {
    Bench bench =
        Bench.blank(new byte[0]).initialise(join(KeycardClient.standardInit(), OWNER.key()));
    bench.update(OWNER.sign(Encoded.policy(7, Encoded.list(ONE))));
    Snapshot start = bench.card.snapshot();
    String before = bench.state(bench.card);
    bench.card.restore(start);
    expect(0x9000, bench.client.raw(hex("80fdaa55")));
    String after = bench.state(bench.card);
    assertTrue(before.contains("020400000007") && before.contains(OWNER.fingerprint()), before);
    assertTrue(after.contains("020400000000") && after.contains("9200"), after);
    long seed = Seed.of("factoryResetOfAnOwnersAuthority");
    Random random = new Random(seed);
    for (int i = 0; i < DOUBLE_CUTS; i++) {
      bench.card.restore(start);
      int write = 1 + random.nextInt(60);
      bench.cutOnce(hex("80fdaa55"), write, random.nextBoolean());
      assertEquals(write == 1 ? before : after, bench.state(bench.card), "cut " + write);
    }
  }

  @TempDir Path directory;

  /** The switch made before the bank is complete has to be found. */
  @Test
  void aSwitchMadeTooEarlyIsFound() throws IOException {
    Map<String, byte[]> classes =
        Mutants.classes(
            "PolicyStore.java",
            "next.complete(policyLength, signatureLength);",
            "switchOver(); next.complete(policyLength, signatureLength);"
                + " next.setSequence(next.bytes, (short) (PolicyBank.TEXT + PolicyText.SEQUENCE));"
                + " next.copyAuthority(current); if (policyLength > 0) { return; }");
    assertFalse(cutsOf(classes).mixed().isEmpty());
    assertTrue(cutsOf(Map.of()).mixed().isEmpty());
  }

  /** A switch of two writes has to be found. */
  @Test
  void aSwitchOfTwoWritesIsFound() throws IOException {
    Map<String, byte[]> classes =
        Mutants.classes(
            "PolicyStore.java",
            "active = active == FIRST ? SECOND : FIRST;",
            "byte next = active == FIRST ? SECOND : FIRST; active = 0; active = next;");
    assertFalse(cutsOf(classes).mixed().isEmpty());
  }

  private PowerCuts.Report cutsOf(Map<String, byte[]> classes) throws IOException {
    Bench bench = new Bench(card(classes));
    bench.initialise(KeycardClient.standardInit());
    return bench.cut(0xc8, 0x80, 0, ISSUER.sign(Encoded.policy(1, Encoded.list(ONE, TWO))));
  }

  /** A card of the applet's classes with some of them replaced. */
  private SimulatedCard card(Map<String, byte[]> classes) throws IOException {
    Path root = Path.of("../applet/target/classes");
    Path to = Files.createTempDirectory(directory, "classes");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString();
        Files.createDirectories(to.resolve(name).getParent());
        Files.copy(file, to.resolve(name));
      }
    }
    for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
      Files.write(to.resolve(entry.getKey().replace('.', '/') + ".class"), entry.getValue());
    }
    return SimulatedCard.builder()
        .classes(CardClassSet.load(to))
        .installParameters(INSTALLED)
        .build();
  }
}
