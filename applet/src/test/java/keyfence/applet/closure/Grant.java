// A rule as the tests see it, and the dumb evaluator of policies.
package keyfence.applet.closure;

import java.util.List;
import java.util.Random;
import keyfence.testkit.Encoded;

/** prefix, boundary, tail; decided on component by component. */
record Grant(long[] prefix, long lo, long hi, int tailMin, int tailMax) {
  private static final long H = 0x80000000L;

  /** A random rule over the world's paths, now and then with a soft boundary. */
  static Grant random(Random random, boolean mayBeSoft) {
    int k = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(3);
    long[] prefix = new long[k];
    for (int i = 0; i < k; i++) {
      long[] level = World.LEVELS[i];
      // Below 44' is the floor: seldom, to see it refused.
      prefix[i] = i == 0 && random.nextInt(8) > 0 ? level[0] : level[random.nextInt(level.length)];
    }
    boolean soft = mayBeSoft && k >= 2 && random.nextInt(5) == 0;
    long base = k == 0 ? H + 43 : soft ? 0 : H;
    int width = k == 0 ? random.nextInt(2) : random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
    int room = World.LEVELS.length - k - 1;
    int one = random.nextInt(room + 1);
    int two = random.nextInt(room + 1);
    return new Grant(prefix, base, base + width, Math.min(one, two), Math.max(one, two));
  }

  byte[] encoded() {
    return Encoded.rule(prefix, lo, hi, tailMin, tailMax, 1);
  }

  boolean isHardened() {
    return lo >= H;
  }

  /** At or below a boundary node. */
  boolean covers(long[] path) {
    if (path.length <= prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (path[i] != prefix[i]) {
        return false;
      }
    }
    return path[prefix.length] >= lo && path[prefix.length] <= hi;
  }

  boolean matches(long[] path) {
    int tail = path.length - prefix.length - 1;
    return covers(path) && tail >= tailMin && tail <= tailMax;
  }

  /** A path of the world near this rule: mostly in it, sometimes beside, above or too deep. */
  long[] pathNear(Random random) {
    int length = Math.min(World.LEVELS.length, prefix.length + random.nextInt(5));
    long[] path = new long[length];
    for (int i = 0; i < length; i++) {
      long[] level = World.LEVELS[i];
      if (random.nextInt(12) == 0) {
        path[i] = level[random.nextInt(level.length)];
      } else if (i < prefix.length) {
        path[i] = prefix[i];
      } else if (i == prefix.length) {
        path[i] = lo;
      } else {
        path[i] = level[random.nextInt(level.length)];
      }
    }
    return path;
  }

  /**
   * Whether a subtree of this rule and a floor's node (which has no reserved way out here) meet.
   */
  boolean meets(Grant floor) {
    int last = Math.min(prefix.length, floor.prefix.length);
    for (int i = 0; i <= last; i++) {
      if (low(i) > floor.high(i) || high(i) < floor.low(i)) {
        return false;
      }
    }
    return true;
  }

  private long low(int i) {
    return i == prefix.length ? lo : prefix[i];
  }

  private long high(int i) {
    return i == prefix.length ? hi : prefix[i];
  }

  /** Whether the floor keeps a path: it, or anything below it, is covered. */
  boolean keeps(long[] path) {
    for (int i = 0; i < Math.min(path.length, prefix.length + 1); i++) {
      if (path[i] < low(i) || path[i] > high(i)) {
        return false;
      }
    }
    return true;
  }

  static boolean anyCovers(List<Grant> rules, long[] path) {
    return rules.stream().anyMatch(rule -> rule.covers(path));
  }
}
