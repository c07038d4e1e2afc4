// A random life of one card: policies, narrowings and exports, under both PINs.
package keyfence.applet.closure;

import static keyfence.testkit.KeycardClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import keyfence.testkit.Answer;
import keyfence.testkit.Authority;
import keyfence.testkit.Encoded;
import keyfence.testkit.Hex;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;

/**
 * Drives the real applet through UPDATE EXPORT POLICY and EXPORT KEY and shows the answers to an
 * attacker.
 */
final class History {
  private static final Authority AUTHORITY = new Authority(1);
  private static final long H = 0x80000000L;

  /** The compiled floor as far as this world touches it, and the one that the installer adds. */
  private static final List<Grant> FLOOR =
      List.of(
          new Grant(new long[0], H, H + 42, 0, 9),
          new Grant(new long[0], H + 45, H + 83696967, 0, 9),
          new Grant(new long[] {H + 44}, H, H + 1236, 0, 8),
          new Grant(new long[] {H + 43, H + 1, H}, H, H, 0, 6));

  private final Random random;
  private final KeycardClient client;
  private final boolean compare;
  private final boolean onePolicy;
  private final List<Grant> onceWhitelisted = new ArrayList<>();
  private final Set<BigInteger> exported = new HashSet<>();
  private final List<String> log = new ArrayList<>();
  private final Attacker attacker = new Attacker();

  /** The policy in force and the installed one, as the dumb evaluator keeps them. */
  private List<Grant> inForce;

  private final List<Grant> installed;
  private int mask;
  private long sequence;

  /** Cases decided by the card and by the dumb evaluator alike. */
  int compared;

  /**
   * @param applet classes of the applet, perhaps broken ones
   * @param compare whether to hold each answer against the dumb evaluator
   * @param onePolicy one policy from the start, or ever new ones
   */
  History(ClassLoader applet, Random random, boolean compare, boolean onePolicy) {
    this.random = random;
    this.compare = compare;
    this.onePolicy = onePolicy;
    installed = onePolicy ? List.of() : List.of(new Grant(new long[] {H + 43, H}, H, H, 1, 1));
    inForce = installed;
    onceWhitelisted.addAll(installed);
    byte[] parameters =
        Encoded.concat(
            Encoded.tlv(0x90, AUTHORITY.key()),
            Encoded.tlv(0x91, Encoded.policy(0, encoded(installed))),
            Encoded.tlv(0x92, Encoded.list(Encoded.floorRule("m/43'/1'/0'/[0'..0']"))));
    SimCard card = new SimCard(applet).install(SimCard.KEYCARD, "KeycardApplet", parameters);
    client = KeycardClient.ready(card);
    verify(KeycardClient.PIN);
    expect(0x9000, client.loadSeed(World.SEED));
  }

  private void verify(String pin) {
    log.add("PIN " + pin);
    expect(0x9000, client.verifyPin(pin));
  }

  private static byte[] encoded(List<Grant> rules) {
    return Encoded.sorted(rules.stream().map(Grant::encoded).toArray(byte[][]::new));
  }

  /** Lives through so many steps. */
  History live(int steps) {
    if (onePolicy) {
      while (sequence == 0) {
        update();
      }
    }
    for (int i = 0; i < steps; i++) {
      int dice = random.nextInt(20);
      if (dice == 0) {
        verify(random.nextBoolean() ? KeycardClient.PIN : KeycardClient.ALTERNATIVE_PIN);
      } else if (dice == 1) {
        narrow();
      } else if (dice <= 4 && !onePolicy) {
        update();
      } else {
        export();
      }
    }
    return this;
  }

  private void update() {
    List<Grant> rules = new ArrayList<>();
    Set<String> encodings = new HashSet<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Grant rule = Grant.random(random, true);
      if (encodings.add(Hex.hex(rule.encoded()))) {
        rules.add(rule);
      }
    }
    // In the order of the encoding, so that the mask's bits mean the same here.
    rules.sort((a, b) -> Arrays.compareUnsigned(a.encoded(), b.encoded()));
    byte[] policy = Encoded.policy(sequence + 1, encoded(rules));
    Answer answer = client.send(0xc8, 0x80, 0, AUTHORITY.sign(policy));
    log.add("update " + rules + ": " + answer.sw());
    boolean good =
        rules.stream().allMatch(Grant::isHardened)
            && rules.stream().noneMatch(rule -> FLOOR.stream().anyMatch(rule::meets));
    if (compare) {
      assertEquals(good ? 0x9000 : 0x6a80, answer.sw(), this::toString);
    }
    if (answer.sw() == 0x9000) {
      sequence++;
      inForce = rules;
      mask = 0;
      onceWhitelisted.addAll(rules);
    }
  }

  private void narrow() {
    if (inForce.isEmpty()) {
      return;
    }
    int rule = random.nextInt(inForce.size());
    log.add("narrow " + rule);
    expect(0x9000, client.send(0xc8, 2, rule));
    mask |= 1 << rule;
  }

  private void export() {
    List<Grant> near = new ArrayList<>(onceWhitelisted);
    near.addAll(inForce);
    boolean any = near.isEmpty() || random.nextInt(6) == 0;
    long[] path = any ? World.path(random) : near.get(random.nextInt(near.size())).pathNear(random);
    int kind = random.nextInt(5) == 0 ? 1 : random.nextInt(2) * 2;
    Answer answer = client.export(Encoded.path(path), kind);
    log.add("export " + kind + " " + World.text(path) + ": " + answer.sw());
    if (compare) {
      compared++;
      assertEquals(mayExport(path, kind) ? 0x9000 : 0x6985, answer.sw(), this::toString);
    }
    byte[] data = answer.data();
    if (answer.sw() != 0x9000 || kind == 1) {
      return;
    }
    if (kind == 0) {
      byte[] secret = Arrays.copyOfRange(data, 4, 36);
      exported.add(new BigInteger(1, secret));
      attacker.seePrivate(secret);
    } else {
      attacker.seeExtended(
          Arrays.copyOfRange(data, 4, 69), Arrays.copyOfRange(data, 71, 103), path.length);
    }
  }

  private boolean mayExport(long[] path, int kind) {
    if (kind == 1) {
      return true;
    }
    if (kind == 2) {
      return !Grant.anyCovers(inForce, path) && !Grant.anyCovers(installed, path);
    }
    boolean matched = false;
    for (int i = 0; i < inForce.size(); i++) {
      matched |= (mask >> i & 1) == 0 && inForce.get(i).matches(path);
    }
    return matched && FLOOR.stream().noneMatch(node -> node.keeps(path));
  }

  /**
   * A private key that follows from what left the card though it is outside of all that was ever
   * whitelisted; or null.
   */
  String escaped(World world) {
    for (BigInteger secret : attacker.privateKeys()) {
      List<long[]> paths = world.paths(secret);
      if (paths.isEmpty()) {
        return "a key of no path; " + this;
      }
      for (long[] path : paths) {
        boolean ofTheFloor = FLOOR.stream().anyMatch(node -> node.covers(path));
        if (!Grant.anyCovers(onceWhitelisted, path) || ofTheFloor) {
          return World.text(path) + " follows; " + this;
        }
      }
    }
    return null;
  }

  /** A private key that follows from what left the card though it didn't leave itself; or null. */
  String notExported(World world) {
    for (BigInteger secret : attacker.privateKeys()) {
      if (!exported.contains(secret)) {
        List<long[]> paths = world.paths(secret);
        return (paths.isEmpty() ? "a key of no path" : World.text(paths.get(0))) + "; " + this;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return String.join("\n  ", log);
  }
}
