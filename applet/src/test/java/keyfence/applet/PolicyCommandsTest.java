// UPDATE EXPORT POLICY and GET EXPORT POLICY where they succeed, and their order of refusals,
// through the channel.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.KeycardClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import keyfence.testkit.Answer;
import keyfence.testkit.Authority;
import keyfence.testkit.Encoded;
import keyfence.testkit.HostChannel;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.Test;

class PolicyCommandsTest {
  private static final Authority ISSUER = new Authority(1);
  private static final Authority OWNER = new Authority(2);
  private static final Authority SUCCESSOR = new Authority(3);
  private static final byte[] NONE = {};
  private static final byte[] INSTALLED = Encoded.tlv(0x90, ISSUER.key());
  private static final byte[] ONE = Encoded.rule("m/43'/1'/[0'..0']/{0..7}");
  private static final byte[] TWO = Encoded.rule("m/43'/2'/[0'..9']/{0..7}");
  private static final byte[] SEED = new byte[64];

  private static KeycardClient ready(byte[] parameters) {
    KeycardClient client = KeycardClient.ready(SimCard.keycard(parameters));
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    return client;
  }

  private static KeycardClient ownersCard() {
    KeycardClient client = new KeycardClient(SimCard.keycard(NONE));
    initialise(client, join(KeycardClient.standardInit(), OWNER.key()));
    return client;
  }

  private static void initialise(KeycardClient client, byte[] plaintext) {
    client.select();
    expect(0x9000, client.init(plaintext));
    client.select();
    client.pairAndOpen();
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
  }

  private static void reset(KeycardClient client, byte[] plaintext) {
    expect(0x9000, client.clear(0xfd, 0xaa, 0x55, NONE));
    initialise(client, plaintext);
  }

  /** Sends a signed policy in blocks of that size. */
  private static Answer update(KeycardClient client, byte[] signed, int size) {
    Answer answer = null;
    for (int block = 0; block * size < signed.length; block++) {
      boolean last = (block + 1) * size >= signed.length;
      byte[] part =
          Arrays.copyOfRange(signed, block * size, Math.min(signed.length, (block + 1) * size));
      answer = client.send(0xc8, last ? 0x80 : 0, block, part);
      if (!last) {
        assertEquals(0x9000, answer.sw());
        assertEquals(0, answer.data().length);
      }
    }
    return answer;
  }

  private static void accept(KeycardClient client, byte[] policy, Authority authority) {
    Answer answer = update(client, authority.sign(policy), 221);
    assertEquals(hex(digest(policy)), hex(expect(0x9000, answer)));
  }

  private static void refuse(int sw, KeycardClient client, byte[] policy, Authority authority) {
    Answer answer = update(client, authority.sign(policy), 221);
    assertEquals(sw, answer.sw());
    assertTrue(answer.wrapped(), "a refusal of the policy doesn't close the channel");
  }

  private static byte[] digest(byte[] policy) {
    return HostChannel.sha("SHA-256", policy);
  }

  private static byte[] policy(long sequence, byte[]... rules) {
    return Encoded.policy(sequence, Encoded.sorted(rules));
  }

  private static String state(KeycardClient client) {
    return hex(expect(0x9000, client.send(0xc9, 0, 0)));
  }

  private static String state(long sequence, byte[] policy, int flags, int mask, Authority who) {
    byte[] tail = who == null ? bytes(0x92, 0) : join(bytes(0x92, 8), hex(who.fingerprint()));
    byte[] inner =
        join(
            bytes(2, 4),
            Encoded.number(sequence),
            bytes(0x90, 32),
            digest(policy),
            bytes(0x91, 1, flags),
            bytes(0x93, 1, mask),
            tail);
    return hex(join(bytes(0xa5, inner.length), inner));
  }

  private static byte[] read(KeycardClient client, int what) {
    byte[] all = NONE;
    for (int block = 0; block < 3; block++) {
      Answer answer = client.send(0xc9, what, block);
      if (answer.sw() == 0x6a86 && block > 0) {
        return all;
      }
      byte[] data = expect(0x9000, answer);
      assertTrue(data.length <= 200);
      all = join(all, data);
    }
    throw new AssertionError("no end");
  }

  @Test
  void aFreshCardSaysWhatItWasInstalledWith() {
    byte[] installed = policy(0, Encoded.rule(Encoded.DEFAULT_RULE));
    KeycardClient client = KeycardClient.ready(SimCard.keycard(NONE));
    assertEquals(state(0, installed, 0, 0, null), state(client), "the PIN isn't needed");
    assertEquals(hex(installed), hex(read(client, 1)));
    assertEquals(85, read(client, 2).length);
    assertEquals(0, read(client, 3).length);
    assertEquals(state(0, installed, 1, 0, ISSUER), state(ready(INSTALLED)));
    byte[] other = policy(9, ONE);
    assertEquals(state(9, other, 0, 0, null), state(ready(Encoded.tlv(0x91, other))));
    assertEquals(state(0, installed, 1, 0, OWNER), state(ownersCard()));
  }

  @Test
  void readingHasItsLimits() {
    KeycardClient client = ready(INSTALLED);
    for (int[] p : new int[][] {{0, 1}, {4, 0}, {0x80, 0}, {1, 1}, {1, 255}, {2, 1}, {3, 1}}) {
      assertEquals(0x6a86, client.send(0xc9, p[0], p[1]).sw());
    }
    assertEquals(0x6982, client.clear(0xc9, 0, 0, NONE).sw(), "in clear it closes the channel");
    byte[][] rules = new byte[8][];
    for (int i = 0; i < 8; i++) {
      rules[i] = Encoded.rule("m/43'/" + i + "'/1/2/[0'..9']/{0..3}");
    }
    client = ready(INSTALLED);
    byte[] large = policy(1, rules);
    assertEquals(231, large.length);
    accept(client, large, ISSUER);
    assertEquals(200, expect(0x9000, client.send(0xc9, 1, 0)).length);
    assertEquals(hex(large), hex(read(client, 1)));
    assertEquals(hex(ISSUER.signature(large)), hex(read(client, 3)));
    byte[][] nodes = new byte[8][];
    for (int i = 0; i < 8; i++) {
      nodes[i] = Encoded.floorRule("m/43'/5'/6'/" + i + "'/[0'..9']");
    }
    client = ready(Encoded.tlv(0x92, Encoded.sorted(nodes)));
    byte[] floor = read(client, 2);
    assertEquals(14, floor[0]);
    assertEquals(85 + 8 * 28, floor.length);
  }

  @Test
  void blocksOfAnySize() {
    byte[] policy = policy(1, ONE, TWO);
    for (int size : new int[] {1, 2, 7, 64, 220, 221}) {
      KeycardClient client = ready(INSTALLED);
      Answer answer = update(client, ISSUER.sign(policy), size);
      assertEquals(hex(digest(policy)), hex(expect(0x9000, answer)), "blocks of " + size);
      assertEquals(state(1, policy, 1, 0, ISSUER), state(client));
    }
    KeycardClient client = ready(INSTALLED);
    assertEquals(0x6a80, client.send(0xc8, 0, 0, new byte[222]).sw());
    assertEquals(0x6a80, client.send(0xc8, 0, 0, new byte[223]).sw());
    assertEquals(0x6a80, client.send(0xc8, 0, 0).sw());
    assertEquals(0x9000, client.send(0xc8, 0, 0, new byte[221]).sw());
    assertEquals(0x9000, client.send(0xc8, 0, 1, new byte[91]).sw(), "312 bytes in all");
    assertEquals(0x6a80, client.send(0xc8, 0x80, 2, new byte[1]).sw(), "313 bytes in all");
    assertEquals(0x6a86, client.send(0xc8, 0x80, 2, new byte[1]).sw(), "dropped");
    assertEquals(0x9000, client.send(0xc8, 0, 0, new byte[221]).sw());
    byte[] signed = ISSUER.sign(policy);
    assertEquals(0x9000, client.send(0xc8, 0x80, 0, signed).sw(), "block 0 starts over");
  }

  @Test
  void numbersAreUnsigned() {
    KeycardClient client = ready(INSTALLED);
    accept(client, policy(0x7fffffffL, ONE), ISSUER);
    accept(client, policy(0x80000000L, ONE), ISSUER);
    refuse(0x6985, client, policy(0x7fffffffL, TWO), ISSUER);
    refuse(0x6985, client, policy(0x80000000L, TWO), ISSUER);
    refuse(0x6985, client, policy(0xffffffffL, TWO), ISSUER);
    accept(client, policy(0xfffffffeL, TWO), ISSUER);
    refuse(0x6985, client, policy(0xffffffffL, ONE), ISSUER);
    assertEquals(state(0xfffffffeL, policy(0xfffffffeL, TWO), 1, 0, ISSUER), state(client));
  }

  @Test
  void boundToThisCard() {
    KeycardClient client = ready(INSTALLED);
    byte[] uid = Arrays.copyOfRange(client.select().data(), 4, 20);
    client.open();
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    byte[] rules = Encoded.list(ONE);
    byte[] other = uid.clone();
    other[15] ^= 1;
    refuse(0x6985, client, Encoded.policy(1, other, null, rules), ISSUER);
    accept(client, Encoded.policy(1, uid, null, rules), ISSUER);
    accept(client, Encoded.policy(2, uid, SUCCESSOR.key(), rules), ISSUER);
    refuse(0x6982, client, policy(3, TWO), ISSUER);
    accept(client, policy(3, TWO), SUCCESSOR);
    reset(client, KeycardClient.standardInit());
    refuse(0x6985, client, Encoded.policy(4, uid, null, rules), SUCCESSOR);
  }

  @Test
  void orderOfChecks() {
    KeycardClient client = KeycardClient.ready(SimCard.keycard(INSTALLED));
    // 1 before 2: parameters before the PIN.
    assertEquals(0x6a86, client.send(0xc8, 3, 0).sw());
    assertEquals(0x6a86, client.send(0xc8, 0, 1, new byte[1]).sw());
    assertEquals(0x6a86, client.send(0xc8, 1, 1).sw());
    assertEquals(0x6a86, client.send(0xc8, 2, 1).sw());
    // 2 before 3: the PIN before the data.
    assertEquals(0x6985, client.send(0xc8, 0x80, 0).sw());
    assertEquals(0x6985, client.send(0xc8, 0, 0, new byte[222]).sw());
    assertEquals(0x6985, client.send(0xc8, 1, 0, new byte[1]).sw());
    assertEquals(0x6985, client.send(0xc8, 2, 0, new byte[1]).sw());
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    byte[] soft = ONE.clone();
    soft[9] = 0;
    byte[] bad = Encoded.policy(1, new byte[16], null, Encoded.list(soft));
    // 4 before 5, 6, 7; 5 before 6, 7; 6 before 7.
    refuse(0x6982, client, Encoded.policy(0, new byte[16], null, Encoded.list(soft)), OWNER);
    refuse(0x6985, client, Encoded.policy(0, Encoded.list(soft)), ISSUER);
    refuse(0x6985, client, bad, ISSUER);
    refuse(0x6a80, client, Encoded.policy(1, Encoded.list(soft)), ISSUER);
    // 2 before 3 to 7: frozen.
    expect(0x9000, client.send(0xc8, 1, 0));
    refuse(0x6985, client, bad, OWNER);
    // No authority.
    refuse(0x6985, ready(NONE), policy(1, ONE), ISSUER);
  }

  @Test
  void narrowingIsForGood() {
    KeycardClient client = ready(INSTALLED);
    expect(0x9000, client.loadSeed(SEED));
    byte[] policy = policy(1, ONE, TWO);
    accept(client, policy, ISSUER);
    byte[] path = Encoded.path("m/43'/1'/0'/5");
    expect(0x9000, client.export(path, 0));
    assertEquals(0x6985, client.send(0xc8, 2, 0, new byte[8]).sw(), "meant for another policy");
    assertEquals(0x6a80, client.send(0xc8, 2, 0, new byte[7]).sw());
    assertEquals(0x6a80, client.send(0xc8, 2, 0, new byte[9]).sw());
    assertEquals(0x6a86, client.send(0xc8, 2, 2).sw());
    assertEquals(0x6a86, client.send(0xc8, 2, 0x80).sw());
    expect(0x9000, client.export(path, 0));
    expect(0x9000, client.send(0xc8, 2, 0, Arrays.copyOf(digest(policy), 8)));
    assertEquals(0x6985, client.export(path, 0).sw());
    assertEquals(0x6985, client.export(path, 2).sw(), "its extended public key stays");
    expect(0x9000, client.send(0xc8, 2, 0));
    assertEquals(state(1, policy, 1, 1, ISSUER), state(client));
    // Also when frozen, under the other PIN, after a reset of the power.
    expect(0x9000, client.send(0xc8, 1, 0));
    expect(0x9000, client.send(0xc8, 1, 0));
    assertEquals(0x6a80, client.send(0xc8, 1, 0, new byte[1]).sw());
    client.select();
    client.open();
    expect(0x9000, client.verifyPin(KeycardClient.ALTERNATIVE_PIN));
    expect(0x9000, client.send(0xc8, 2, 1));
    assertEquals(state(1, policy, 3, 3, ISSUER), state(client));
    refuse(0x6985, client, policy(2, ONE), ISSUER);
    // FACTORY RESET ends it, and the number that was accepted stays.
    reset(client, KeycardClient.standardInit());
    byte[] installed = policy(0, Encoded.rule(Encoded.DEFAULT_RULE));
    assertEquals(state(1, installed, 1, 0, ISSUER), state(client));
    accept(client, policy(2, ONE, TWO), ISSUER);
    assertEquals(state(2, policy(2, ONE, TWO), 1, 0, ISSUER), state(client));
  }

  @Test
  void noAuthorityNeededToNarrowAndFreeze() {
    KeycardClient client = ready(NONE);
    expect(0x9000, client.loadSeed(SEED));
    byte[] path = Encoded.path("m/43'/60'/1581'/1'/0");
    expect(0x9000, client.export(path, 0));
    expect(0x9000, client.send(0xc8, 2, 0));
    assertEquals(0x6985, client.export(path, 0).sw());
    expect(0x9000, client.send(0xc8, 1, 0));
    byte[] installed = policy(0, Encoded.rule(Encoded.DEFAULT_RULE));
    assertEquals(state(0, installed, 2, 1, null), state(client));
    expect(0x9000, client.send(0xd3, 0, 0));
    expect(0x9000, client.loadSeed(SEED));
    assertEquals(
        state(0, installed, 2, 1, null), state(client), "REMOVE and LOAD KEY don't touch it");
    reset(client, KeycardClient.standardInit());
    expect(0x9000, client.loadSeed(SEED));
    expect(0x9000, client.export(path, 0));
  }

  @Test
  void theAlternativePinUpdatesAsWell() {
    KeycardClient client = ready(INSTALLED);
    expect(0x9000, client.verifyPin(KeycardClient.ALTERNATIVE_PIN));
    byte[] policy = policy(1, ONE);
    accept(client, policy, ISSUER);
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    assertEquals(state(1, policy, 1, 0, ISSUER), state(client));
  }

  @Test
  void anOwnersAuthority() {
    KeycardClient client = ownersCard();
    refuse(0x6982, client, policy(1, ONE), ISSUER);
    accept(client, Encoded.policy(5, null, SUCCESSOR.key(), Encoded.list(ONE)), OWNER);
    refuse(0x6982, client, policy(6, ONE), OWNER);
    accept(client, policy(6, ONE), SUCCESSOR);
    byte[] installed = policy(0, Encoded.rule(Encoded.DEFAULT_RULE));
    reset(client, KeycardClient.standardInit());
    assertEquals(state(0, installed, 0, 0, null), state(client));
    refuse(0x6985, client, policy(7, ONE), SUCCESSOR);
    reset(client, join(KeycardClient.standardInit(), OWNER.key()));
    accept(client, policy(1, ONE), OWNER);
  }

  @Test
  void initRefusesASecondAuthorityAndWhatIsNoKey() {
    KeycardClient client = new KeycardClient(SimCard.keycard(INSTALLED));
    client.select();
    assertEquals(0x6a80, client.init(join(KeycardClient.standardInit(), OWNER.key())).sw());
    initialise(client, KeycardClient.standardInit());
    client = new KeycardClient(SimCard.keycard(NONE));
    client.select();
    byte[] key = OWNER.key();
    key[40] ^= 1;
    assertEquals(0x6a80, client.init(join(KeycardClient.standardInit(), key)).sw());
    initialise(client, KeycardClient.standardInit());
  }

  @Test
  void aPathWithoutPinEndsWhereABoundaryBegins() {
    KeycardClient client = ready(INSTALLED);
    expect(0x9000, client.loadSeed(SEED));
    byte[] wallet = Encoded.path("m/44'/60'/0'/0/0");
    byte[] future = Encoded.path("m/43'/1'/0'/5");
    byte[] hash = new byte[32];
    assertEquals(0x6985, client.send(0xc1, 0, 0, Encoded.path("m/43'/60'/1581'/0'")).sw());
    assertEquals(0x6985, client.send(0xc1, 0, 0, Encoded.path("m/43'/60'/1581'/1'/0/0")).sw());
    expect(0x9000, client.send(0xc1, 0, 0, wallet));
    expect(0x9000, client.send(0xc0, 3, 0, hash));
    expect(0x9000, client.send(0xc1, 0, 0, future));
    accept(client, policy(1, ONE), ISSUER);
    assertEquals(0x6985, client.send(0xc0, 3, 0, hash).sw(), "even with the PIN verified");
    expect(0x9000, client.send(0xc0, 1, 0, join(hash, future)));
    assertEquals(0x6985, client.send(0xc1, 0, 0, future).sw());
    client.select();
    client.open();
    assertEquals(0x6985, client.send(0xc0, 1, 0, join(hash, future)).sw());
    assertEquals(0x6985, client.send(0xc0, 3, 0, hash).sw());
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    expect(0x9000, client.send(0xc8, 2, 0));
    assertEquals(0x6985, client.send(0xc0, 3, 0, hash).sw(), "switched off or not");
    accept(client, policy(2, TWO), ISSUER);
    expect(0x9000, client.send(0xc0, 3, 0, hash));
    // The installed policy counts whatever replaced it.
    assertEquals(0x6985, client.send(0xc1, 0, 0, Encoded.path("m/43'/60'/1581'/0'")).sw());
  }

  @Test
  void everyBitCountsAndEveryByte() {
    KeycardClient client = ready(INSTALLED);
    byte[] signed = ISSUER.sign(policy(1, ONE));
    String before = state(client);
    for (int bit = 0; bit < 8 * signed.length; bit++) {
      byte[] flipped = signed.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      int sw = client.send(0xc8, 0x80, 0, flipped).sw();
      assertTrue(sw == 0x6982 || sw == 0x6a80, "bit " + bit + ": " + Integer.toHexString(sw));
    }
    for (int length = 1; length < signed.length; length++) {
      assertEquals(0x6a80, client.send(0xc8, 0x80, 0, Arrays.copyOf(signed, length)).sw());
    }
    assertEquals(0x6a80, client.send(0xc8, 0x80, 0, join(signed, bytes(0))).sw());
    assertEquals(before, state(client));
    expect(0x9000, client.send(0xc8, 0x80, 0, signed));
  }

  /** The right r and s in forms that engines may take and DER doesn't have. */
  private static byte[][] otherForms(byte[] signature) {
    int rLength = signature[3];
    byte[] r = Arrays.copyOfRange(signature, 4, 4 + rLength);
    byte[] s = Arrays.copyOfRange(signature, 6 + rLength, signature.length);
    byte[] first = join(bytes(2, r.length), r);
    byte[] second = join(bytes(2, s.length), s);
    return new byte[][] {
      sequence(join(bytes(2, r.length + 1, 0), r), second),
      sequence(first, join(bytes(2, s.length + 1, 0), s)),
      sequence(first, second, bytes(2, 1, 1)),
      sequence(first, second, bytes(5, 0)),
      sequence(first, second, bytes(0)),
      sequence(bytes(2, 1, 1), first, second),
      sequence(first, join(bytes(2, 0x81, s.length), s)),
      sequence(join(bytes(0x22), first), second),
    };
  }

  private static byte[] sequence(byte[]... parts) {
    byte[] inner = join(parts);
    return join(bytes(0x30, inner.length), inner);
  }

  /** A policy whose signature is short enough for a few bytes more. */
  private static byte[] withShortSignature() {
    for (int sequence = 1; ; sequence++) {
      byte[] policy = policy(sequence, ONE);
      if (ISSUER.signature(policy).length <= 69) {
        return policy;
      }
    }
  }

  @Test
  void aSignatureHasOneForm() {
    byte[] policy = withShortSignature();
    KeycardClient client = ready(INSTALLED);
    for (byte[] form : otherForms(ISSUER.signature(policy))) {
      assertEquals(0x6982, client.send(0xc8, 0x80, 0, join(policy, form)).sw(), hex(form));
    }
    accept(client, policy, ISSUER);
  }

  /**
   * jCardSim's engine refuses these itself; the applet's own look at them is for engines that
   * don't.
   */
  @Test
  void theAppletItselfKnowsThatForm() {
    byte[] good = ISSUER.signature(withShortSignature());
    assertTrue(PolicyText.isSignature(good, (short) 0, (short) good.length));
    for (byte[] form : otherForms(good)) {
      assertFalse(PolicyText.isSignature(form, (short) 0, (short) form.length), hex(form));
    }
  }

  @Test
  void highAndLowValuesOfS() {
    java.math.BigInteger n = keyfence.testkit.Curve.N;
    byte[] policy = policy(1, ONE);
    byte[] signature = ISSUER.signature(policy);
    int rLength = signature[3];
    byte[] s = Arrays.copyOfRange(signature, 6 + rLength, signature.length);
    byte[] other = n.subtract(new java.math.BigInteger(1, s)).toByteArray();
    byte[] first = Arrays.copyOfRange(signature, 2, 4 + rLength);
    byte[] twin = sequence(first, bytes(2, other.length), other);
    expect(0x9000, ready(INSTALLED).send(0xc8, 0x80, 0, join(policy, twin)));
    expect(0x9000, ready(INSTALLED).send(0xc8, 0x80, 0, join(policy, signature)));
  }

  /**
   * A switch byte that is neither of the two: no bank, nothing leaves, and nothing opens it again.
   */
  @Test
  void aDamagedSwitchByte() throws Exception {
    PolicyStore store = new PolicyStore(INSTALLED, (short) 0, (short) INSTALLED.length);
    java.lang.reflect.Field active = PolicyStore.class.getDeclaredField("active");
    active.setAccessible(true);
    ExportPolicy decision = new ExportPolicy(store);
    byte[] whisper = Encoded.path("m/43'/60'/1581'/0'/0");
    byte[] wallet = Encoded.path("m/44'/60'");
    short length = (short) whisper.length;
    assertTrue(decision.mayExportPrivate(whisper, (short) 0, length));
    for (int value = 0; value < 256; value++) {
      if (value == 0xa5 || value == 0x5a) {
        continue;
      }
      active.setByte(store, (byte) value);
      assertEquals(false, decision.mayExportPrivate(whisper, (short) 0, length));
      assertEquals(false, decision.mayExportExtendedPublic(wallet, (short) 0, (short) 8));
      assertEquals(false, decision.mayBePinless(wallet, (short) 0, (short) 8));
      store.factoryReset();
      assertEquals((byte) value, active.getByte(store));
      assertEquals(null, store.activeBank());
    }
  }
}
