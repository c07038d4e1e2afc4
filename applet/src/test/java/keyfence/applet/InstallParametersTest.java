// The policy's install parameters: what a card is installed with, and what makes installation fail.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import keyfence.testkit.Curve;
import keyfence.testkit.Encoded;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.Seed;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.Test;

class InstallParametersTest {
  private static final byte[] AUTHORITY = Curve.publicKey(number(7));
  private static final byte[] RULE = Encoded.rule("m/43'/60'/1581'/[0'..2']/{1..6}");
  private static final byte[] NODE = Encoded.floorRule("m/43'/60'/1581'/[3'..3']");

  private static byte[] number(long value) {
    byte[] bytes = new byte[32];
    System.arraycopy(Encoded.number(value), 0, bytes, 28, 4);
    return bytes;
  }

  private static PolicyStore install(byte[]... parts) {
    byte[] parameters = join(parts);
    // Somewhere in a longer array, as install() gets it.
    byte[] all = join(bytes(9, 9, 9), parameters, bytes(0x90, 0x41));
    return new PolicyStore(all, (short) 3, (short) parameters.length);
  }

  private static void assertRefused(String why, byte[]... parts) {
    assertThrows(RuntimeException.class, () -> install(parts), why);
  }

  private static byte[] policy(byte[]... rules) {
    return Encoded.tlv(0x91, Encoded.policy(5, Encoded.list(rules)));
  }

  @Test
  void nothingMeansTheDefaults() {
    PolicyStore store = install();
    assertFalse(store.authorityInstalled());
    assertFalse(store.activeBank().hasAuthority());
    assertEquals(6, store.floor().list()[0]);
  }

  @Test
  void eachInAnyOrder() {
    byte[] authority = Encoded.tlv(0x90, AUTHORITY);
    byte[] policy = policy(RULE);
    byte[] floor = Encoded.tlv(0x92, Encoded.list(NODE));
    for (byte[][] order :
        new byte[][][] {
          {authority, policy, floor}, {floor, policy, authority}, {policy, floor, authority}
        }) {
      PolicyStore store = install(order);
      assertTrue(store.authorityInstalled());
      PolicyBank bank = store.activeBank();
      assertTrue(bank.hasAuthority());
      assertEquals(
          hex(AUTHORITY),
          hex(Arrays.copyOfRange(bank.bytes, PolicyBank.AUTHORITY, PolicyBank.AUTHORITY + 65)));
      assertEquals(
          "00000005",
          hex(Arrays.copyOfRange(bank.bytes, PolicyBank.SEQUENCE, PolicyBank.SEQUENCE + 4)));
      assertEquals(hex(Encoded.policy(5, Encoded.list(RULE))), hex(store.installedPolicy()));
      assertEquals(7, store.floor().list()[0]);
      assertTrue(RuleList.isCanonical(store.floor().list(), (short) 0, RuleList.MODES_FLOOR));
    }
  }

  @Test
  void outerForm() {
    byte[] authority = Encoded.tlv(0x90, AUTHORITY);
    byte[] floor = Encoded.tlv(0x92, Encoded.list(NODE));
    assertRefused("twice", authority, authority);
    assertRefused("twice", policy(RULE), policy(RULE));
    assertRefused("twice", floor, floor);
    assertRefused("an unknown tag", Encoded.tlv(0x93, new byte[1]));
    assertRefused("a tag alone", authority, bytes(0x91));
    assertRefused("cut", Arrays.copyOf(authority, authority.length - 1));
    assertRefused("a length of two bytes", bytes(0x90, 0x81, 0x41), AUTHORITY);
    assertRefused("longer than F0", bytes(0x91, 0xf1), new byte[0xf1]);
    assertRefused("an empty policy", bytes(0x91, 0));
    assertRefused("an empty floor", bytes(0x92, 0));
    assertRefused("a byte after it", authority, bytes(0));
  }

  @Test
  void authority() {
    byte[] off = AUTHORITY.clone();
    off[64] ^= 1;
    assertRefused("off the curve", Encoded.tlv(0x90, off));
    assertRefused("short", Encoded.tlv(0x90, Arrays.copyOf(AUTHORITY, 64)));
    assertRefused("long", Encoded.tlv(0x90, Arrays.copyOf(AUTHORITY, 66)));
    byte[] compressed = Arrays.copyOf(AUTHORITY, 33);
    compressed[0] = 2;
    assertRefused("compressed", Encoded.tlv(0x90, compressed));
    byte[] hybrid = AUTHORITY.clone();
    hybrid[0] = (byte) (6 | AUTHORITY[64] & 1);
    assertRefused("hybrid", Encoded.tlv(0x90, hybrid));
    assertRefused("zeros", Encoded.tlv(0x90, new byte[65]));
  }

  @Test
  void policy() {
    assertEquals(
        7, install(Encoded.tlv(0x91, Encoded.policy(0, Encoded.list()))).installedPolicy().length);
    install(Encoded.tlv(0x91, Encoded.policy(0xfffffffeL, Encoded.list(RULE))));
    assertRefused(
        "the number that is never reached",
        Encoded.tlv(0x91, Encoded.policy(0xffffffffL, Encoded.list(RULE))));
    assertRefused(
        "a UID", Encoded.tlv(0x91, Encoded.policy(1, new byte[16], null, Encoded.list(RULE))));
    assertRefused(
        "a successor", Encoded.tlv(0x91, Encoded.policy(1, null, AUTHORITY, Encoded.list(RULE))));
    assertRefused("reaches the floor", policy(Encoded.rule("m/44'/60'/0'/[0'..0']")));
    assertRefused("reaches it from above", policy(Encoded.rule("m/[44'..44']")));
    byte[] soft = RULE.clone();
    soft[13] = 0;
    assertRefused("a soft boundary", policy(soft));
    assertRefused("twice", policy(RULE, RULE));
    byte[] floor = Encoded.tlv(0x92, Encoded.list(NODE));
    byte[] reaching = policy(Encoded.rule("m/43'/60'/1581'/[0'..3']/{1..6}"));
    assertRefused("reaches the floor that comes after it", reaching, floor);
    assertRefused("reaches the floor that comes before it", floor, reaching);
    install(reaching);
  }

  @Test
  void floor() {
    assertEquals(6, install(Encoded.tlv(0x92, Encoded.list())).floor().list()[0]);
    assertRefused(
        "a compiled rule", Encoded.tlv(0x92, Encoded.list(Encoded.floorRule("m/44'/[0'..1236']"))));
    assertRefused("twice", Encoded.tlv(0x92, Encoded.list(NODE, NODE)));
    assertRefused(
        "with modes", Encoded.tlv(0x92, Encoded.list(Encoded.rule("m/43'/[0'..0']/{0..8}"))));
    byte[] shallow = NODE.clone();
    shallow[shallow.length - 2]--;
    assertRefused("not all below", Encoded.tlv(0x92, Encoded.list(shallow)));
    assertRefused("a byte after it", Encoded.tlv(0x92, join(Encoded.list(NODE), bytes(0))));
    byte[][] nine = new byte[9][];
    for (int i = 0; i < nine.length; i++) {
      nine[i] = Encoded.floorRule("m/43'/[" + i + "'.." + i + "']");
    }
    assertRefused("nine rules", Encoded.tlv(0x92, Encoded.list(nine)));
    PolicyStore store = install(Encoded.tlv(0x92, Encoded.list(Arrays.copyOf(nine, 8))));
    assertEquals(Floor.MAX_RULES, store.floor().list()[0]);
  }

  @Test
  void aCardWithWrongParametersIsNotInstalled() {
    KeycardClient client = new KeycardClient(SimCard.keycard(Encoded.tlv(0x90, AUTHORITY)));
    assertEquals(0x9000, client.select().sw());
    assertThrows(RuntimeException.class, () -> SimCard.keycard(bytes(0x90)));
    assertThrows(
        RuntimeException.class, () -> SimCard.keycard(policy(Encoded.rule("m/[44'..44']"))));
  }

  /**
   * Some platforms cut install data; a cut between two TLVs must not lose the floor's additions.
   */
  @Test
  void parametersThatWereCutFailTheInstallation() {
    byte[] first = policy(RULE);
    byte[] parameters = join(first, Encoded.tlv(0x92, Encoded.list(NODE)));
    byte[] aid = hex(SimCard.KEYCARD);
    byte[] before = join(bytes(aid.length), aid, bytes(1, 0));
    byte[] whole = join(before, bytes(parameters.length), parameters);
    assertEquals(0x9000, select(whole));
    int between = before.length + 1 + first.length;
    for (int length = before.length + 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(
          RuntimeException.class, () -> select(cut), (cut.length - between) + " from the cut");
    }
  }

  private static int select(byte[] installData) {
    SimCard card = new SimCard().installRaw(SimCard.KEYCARD, "KeycardApplet", installData);
    return new KeycardClient(card).select().sw();
  }

  /** Points and what is nearly one, by the curve's equation in another arithmetic. */
  @Test
  void pointsOfTheCurve() {
    BigInteger p =
        BigInteger.TWO.pow(256).subtract(BigInteger.TWO.pow(32)).subtract(BigInteger.valueOf(977));
    CurveField field = new CurveField();
    long seed = Seed.of("pointsOfTheCurve");
    java.util.Random random = new java.util.Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] secret = new byte[32];
      random.nextBytes(secret);
      secret[0] = 0;
      byte[] point = i < 8 ? Curve.publicKey(number(i + 1)) : Curve.publicKey(secret);
      assertTrue(field.isPoint(join(bytes(1), point), (short) 1), "seed " + seed);
      point[1 + random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
      BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 33));
      BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 33, 65));
      boolean expected =
          x.compareTo(p) < 0
              && y.compareTo(p) < 0
              && x.pow(3).add(BigInteger.valueOf(7)).subtract(y.pow(2)).mod(p).signum() == 0;
      assertEquals(expected, field.isPoint(point, (short) 0), "seed " + seed);
    }
    // Coordinates as large as they get: long carries, and not reduced. x = 1 is on the curve, so x
    // = p + 1 would be.
    byte[] one = point(BigInteger.ONE, root(BigInteger.valueOf(8), p));
    assertTrue(field.isPoint(one, (short) 0));
    assertFalse(
        field.isPoint(point(p.add(BigInteger.ONE), root(BigInteger.valueOf(8), p)), (short) 0));
    int found = 0;
    for (int i = 1; i < 40; i++) {
      BigInteger x = p.subtract(BigInteger.valueOf(i));
      BigInteger square = x.pow(3).add(BigInteger.valueOf(7)).mod(p);
      BigInteger y = root(square, p);
      boolean on = y.pow(2).mod(p).equals(square);
      found += on ? 1 : 0;
      assertEquals(on, field.isPoint(point(x, y), (short) 0));
      assertEquals(on, field.isPoint(point(x, p.subtract(y)), (short) 0));
    }
    assertTrue(found > 5);
  }

  private static BigInteger root(BigInteger square, BigInteger p) {
    return square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
  }

  private static byte[] point(BigInteger x, BigInteger y) {
    byte[] point = new byte[65];
    point[0] = 4;
    copy(x, point, 33);
    copy(y, point, 65);
    return point;
  }

  private static void copy(BigInteger value, byte[] to, int end) {
    byte[] bytes = value.toByteArray();
    for (int i = 0; i < Math.min(32, bytes.length); i++) {
      to[end - 1 - i] = bytes[bytes.length - 1 - i];
    }
  }
}
