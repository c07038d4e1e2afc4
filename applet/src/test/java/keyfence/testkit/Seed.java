// Seeds of random tests: printed, and taken from KEYFENCE_SEED to run a failure again.
package keyfence.testkit;

import java.util.Random;

/** One seed for all random tests of a run. */
public final class Seed {
  /** Whether the long runs are asked for: -Dkeyfence.soak=1. */
  public static final boolean SOAK = System.getProperty("keyfence.soak") != null;

  private Seed() {}

  /** The seed for a test of that name: from the environment, or a new one. */
  public static long of(String name) {
    String given = System.getenv("KEYFENCE_SEED");
    long seed = given == null ? new Random().nextLong() : Long.parseLong(given);
    System.out.println(name + ": KEYFENCE_SEED=" + seed);
    return seed;
  }
}
