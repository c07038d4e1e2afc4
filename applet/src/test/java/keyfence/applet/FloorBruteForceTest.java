// The floor against an enumeration of all paths over small alphabets, and four misreadings that it
// must find.
package keyfence.applet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Random;
import keyfence.testkit.Encoded;
import keyfence.testkit.Mutants;
import keyfence.testkit.Seed;
import org.junit.jupiter.api.Test;

class FloorBruteForceTest {
  private static final int PAIRS = Seed.SOAK ? 400_000 : 12_000;

  /** Ends of ranges, and representatives of what lies between: reserved is C0000000..C0FFFFFF. */
  private static final long[] VALUES = {
    0,
    1,
    0x40000000L,
    0x80000000L,
    0x80000001L,
    0xbfffffffL,
    0xc0000000L,
    0xc0800000L,
    0xc0ffffffL,
    0xc1000000L,
    0xffffffffL
  };

  private static final int ALPHABET = 4;
  private static final int MAX_PREFIX = 5;

  /** A rule or a floor's node as a test knows it. */
  private record Range(long[] prefix, long lo, long hi, int tailMax) {
    byte[] asRule() {
      return Encoded.list(Encoded.rule(prefix, lo, hi, 0, tailMax, 1));
    }

    byte[] asFloor() {
      return Encoded.list(Encoded.rule(prefix, lo, hi, 0, 9 - prefix.length, 0));
    }

    /** Whether a path is at or below a boundary node. */
    boolean contains(long[] path, int length) {
      if (length < prefix.length + 1) {
        return false;
      }
      for (int i = 0; i < prefix.length; i++) {
        if (path[i] != prefix[i]) {
          return false;
        }
      }
      return path[prefix.length] >= lo && path[prefix.length] <= hi;
    }

    /**
     * Whether this, as a floor's node, covers a path: a reserved component after the boundary leads
     * out of it.
     */
    boolean covers(long[] path, int length) {
      if (!contains(path, length)) {
        return false;
      }
      for (int i = Math.max(4, prefix.length + 1); i < length; i++) {
        if (path[i] >= 0xc0000000L && path[i] <= 0xc0ffffffL) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("m");
      for (long component : prefix) {
        text.append('/').append(Long.toHexString(component));
      }
      return text
          + "/["
          + Long.toHexString(lo)
          + ".."
          + Long.toHexString(hi)
          + "]{0.."
          + tailMax
          + "}";
    }
  }

  /** A floor of the applet, or of a broken copy, with a list of the test's choice. */
  private static final class UnderTest {
    private final Object floor;
    private final Field list;
    private final Method isReachedBy;
    private final Method forbids;

    UnderTest(ClassLoader loader) throws ReflectiveOperationException {
      Class<?> type = loader.loadClass("keyfence.applet.Floor");
      Constructor<?> constructor =
          type.getDeclaredConstructor(byte[].class, short.class, short.class);
      constructor.setAccessible(true);
      floor = constructor.newInstance(null, (short) -1, (short) 0);
      list = type.getDeclaredField("list");
      list.setAccessible(true);
      isReachedBy = type.getDeclaredMethod("isReachedBy", byte[].class, short.class);
      isReachedBy.setAccessible(true);
      forbids = type.getDeclaredMethod("forbids", byte[].class, short.class, short.class);
      forbids.setAccessible(true);
    }

    boolean reaches(Range rule, Range node) throws ReflectiveOperationException {
      list.set(floor, node.asFloor());
      return (boolean) isReachedBy.invoke(floor, rule.asRule(), (short) 0);
    }

    boolean forbids(Range node, byte[] path) throws ReflectiveOperationException {
      list.set(floor, node.asFloor());
      return (boolean) forbids.invoke(floor, path, (short) 0, (short) path.length);
    }
  }

  private static final long SEED = Seed.of("FloorBruteForceTest");

  @Test
  void theFloorIsReachedWhereAnEnumerationFindsACommonPath() throws Exception {
    assertNull(disagreementAboutReach(new UnderTest(Mutants.original())), "seed " + SEED);
  }

  @Test
  void anExportIsForbiddenWhereAnEnumerationFindsACoveredPathAtOrBelow() throws Exception {
    assertNull(disagreementAboutExport(new UnderTest(Mutants.original())), "seed " + SEED);
  }

  @Test
  void misreadingARangeThatOnlyTouchesTheReservedOneIsFound() throws Exception {
    assertFoundInReach(
        "&& rules[low] == RESERVED_BYTE && rules[high] == RESERVED_BYTE",
        "&& (rules[low] == RESERVED_BYTE || rules[high] == RESERVED_BYTE)");
  }

  @Test
  void misreadingReservedAsAnywhereIsFound() throws Exception {
    assertFoundInReach(
        "if (j <= list[node]) { return Unsigned.compare(rules, high",
        "if (rules[low] == RESERVED_BYTE && rules[high] == RESERVED_BYTE) { return true; }\n"
            + "if (j <= list[node]) { return Unsigned.compare(rules, high");
  }

  @Test
  void misreadingReservedAsFromTheFirstComponentOnIsFound() throws Exception {
    assertFoundInReach("return j >= FIRST_RESERVED && rules[low]", "return rules[low]");
  }

  @Test
  void leavingTheReservedRangeOutIsFound() throws Exception {
    assertFoundInReach("return j >= FIRST_RESERVED && rules[low]", "return false && rules[low]");
  }

  @Test
  void comparingPathSetsInsteadOfSubtreesIsFound() throws Exception {
    ClassLoader mutant =
        Mutants.with(
            "Floor.java",
            "if (j > rules[rule]) {",
            "if (j > rules[rule]) { if (j > (byte) (rules[rule] + "
                + "rules[(short) (RuleList.low(rule, rules[rule]) + 9)])) { return true; }");
    assertNotNull(disagreementAboutReach(new UnderTest(mutant)));
    // The specification's own example: it would give m/44'/60'/0'/0/0 away.
    Range purpose = new Range(new long[0], 0x8000002cL, 0x8000002cL, 0);
    Range wallets = new Range(new long[] {0x8000002cL}, 0x80000000L, 0x800004d4L, 8);
    assertTrue(new UnderTest(Mutants.original()).reaches(purpose, wallets));
    assertEquals(false, new UnderTest(mutant).reaches(purpose, wallets));
  }

  @Test
  void forgettingWhatLiesBelowAtExportIsFound() throws Exception {
    ClassLoader mutant =
        Mutants.with(
            "Floor.java",
            "byte components = (byte) (len >> 2);",
            "byte components = (byte) (len >> 2); if (components <= k) { return false; }");
    assertNotNull(disagreementAboutExport(new UnderTest(mutant)));
  }

  @Test
  void forgettingTheReservedRangeAtExportIsFound() throws Exception {
    ClassLoader mutant =
        Mutants.with(
            "Floor.java",
            "} else if (j >= FIRST_RESERVED && path[component]",
            "} else if (false && path[component]");
    assertNotNull(disagreementAboutExport(new UnderTest(mutant)));
  }

  private void assertFoundInReach(String before, String after) throws Exception {
    ClassLoader mutant = Mutants.with("Floor.java", before, after);
    assertNotNull(disagreementAboutReach(new UnderTest(mutant)), "seed " + SEED);
  }

  private String disagreementAboutReach(UnderTest floor) throws ReflectiveOperationException {
    Random random = new Random(SEED);
    int reached = 0;
    for (int i = 0; i < PAIRS; i++) {
      long[] alphabet = alphabet(random);
      Range rule = range(random, alphabet, null);
      Range node = range(random, alphabet, rule);
      boolean expected = hasCommonPath(rule, node, alphabet, new long[MAX_PREFIX + 1], 0);
      reached += expected ? 1 : 0;
      if (floor.reaches(rule, node) != expected) {
        return rule + " and floor " + node + ": " + expected + " by enumeration";
      }
    }
    assertTrue(
        reached > PAIRS / 20 && reached < PAIRS * 19 / 20, "the pairs don't differ: " + reached);
    return null;
  }

  private String disagreementAboutExport(UnderTest floor) throws ReflectiveOperationException {
    Random random = new Random(SEED + 1);
    int forbidden = 0;
    for (int i = 0; i < PAIRS; i++) {
      long[] alphabet = alphabet(random);
      Range node = range(random, alphabet, null);
      long[] path = new long[MAX_PREFIX + 3];
      int length = random.nextInt(path.length + 1);
      for (int j = 0; j < length; j++) {
        boolean near = random.nextInt(4) > 0 && j <= node.prefix.length;
        path[j] =
            !near
                ? alphabet[random.nextInt(ALPHABET)]
                : j == node.prefix.length ? node.lo : node.prefix[j];
      }
      boolean expected = hasCoveredPathBelow(node, alphabet, path, length);
      forbidden += expected ? 1 : 0;
      if (floor.forbids(node, Encoded.path(Arrays.copyOf(path, length))) != expected) {
        return Arrays.toString(Arrays.copyOf(path, length))
            + " and floor "
            + node
            + ": "
            + expected
            + " by enumeration";
      }
    }
    assertTrue(
        forbidden > PAIRS / 20 && forbidden < PAIRS * 19 / 20,
        "the pairs don't differ: " + forbidden);
    return null;
  }

  /**
   * Whether some path over the alphabet is granted by the rule, its whole subtrees, and covered by
   * the floor.
   */
  private static boolean hasCommonPath(
      Range rule, Range node, long[] alphabet, long[] path, int length) {
    if (rule.contains(path, length) && node.covers(path, length)) {
      return true;
    }
    if (length == path.length) {
      return false;
    }
    for (long component : alphabet) {
      path[length] = component;
      if (hasCommonPath(rule, node, alphabet, path, length + 1)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasCoveredPathBelow(Range node, long[] alphabet, long[] path, int length) {
    if (node.covers(path, length)) {
      return true;
    }
    if (length >= MAX_PREFIX + 1) {
      return false;
    }
    long[] longer = Arrays.copyOf(path, path.length);
    for (long component : alphabet) {
      longer[length] = component;
      if (hasCoveredPathBelow(node, alphabet, longer, length + 1)) {
        return true;
      }
    }
    return false;
  }

  private static long[] alphabet(Random random) {
    long[] alphabet = new long[ALPHABET];
    // One hardened component that isn't reserved at least, or nothing can be a boundary.
    alphabet[0] = 0x80000001L;
    for (int i = 1; i < ALPHABET; i++) {
      alphabet[i] = VALUES[random.nextInt(VALUES.length)];
    }
    return alphabet;
  }

  /**
   * A range over the alphabet; where another is given, mostly with its beginning, so that they
   * meet.
   */
  private static Range range(Random random, long[] alphabet, Range other) {
    long[] prefix = new long[random.nextInt(MAX_PREFIX + 1)];
    for (int i = 0; i < prefix.length; i++) {
      boolean same = other != null && i <= other.prefix.length && random.nextInt(8) > 0;
      prefix[i] =
          !same
              ? alphabet[random.nextInt(ALPHABET)]
              : i == other.prefix.length ? other.lo : other.prefix[i];
    }
    long[] hardened = Arrays.stream(alphabet).filter(value -> value >= 0x80000000L).toArray();
    long one = hardened[random.nextInt(hardened.length)];
    long two = hardened[random.nextInt(hardened.length)];
    if (other != null
        && prefix.length < other.prefix.length
        && other.prefix[prefix.length] >= 0x80000000L
        && random.nextBoolean()) {
      one = other.prefix[prefix.length];
    }
    return new Range(
        prefix, Math.min(one, two), Math.max(one, two), random.nextInt(10 - prefix.length));
  }
}
