// What a card gives away over its whole life: never more than it was once told to.
package keyfence.applet.closure;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import keyfence.testkit.FreshClasses;
import keyfence.testkit.Mutants;
import keyfence.testkit.Seed;
import org.junit.jupiter.api.Test;

/**
 * (1) Over any history: no private key outside the boundary subtrees once whitelisted, and none of
 * the floor. (2) Under one policy from the start, narrowings included: no private key that wasn't
 * itself exported. Compared by key value. Each check is shown failing on a card that lacks the
 * guard it rests on.
 */
class ClosureTest {
  private static final int HISTORIES = Seed.SOAK ? 400 : 12;
  private static final int STEPS = 60;

  /** A guard that is missing has to show within so many histories. */
  private static final int MOST = 60;

  private static final World WORLD = new World();
  private static final long SEED = Seed.of("ClosureTest");

  @Test
  void overAnyHistoryNothingOutsideWhatWasOnceWhitelisted() {
    Random random = new Random(SEED);
    int compared = 0;
    for (int i = 0; i < HISTORIES; i++) {
      History history = new History(new FreshClasses(true), random, true, false).live(STEPS);
      assertNull(history.escaped(WORLD), "seed " + SEED);
      compared += history.compared;
    }
    System.out.println("ClosureTest: " + compared + " exports as the dumb evaluator says");
    assertTrue(compared > HISTORIES * STEPS / 2);
  }

  @Test
  void underOnePolicyNothingThatWasntExported() {
    Random random = new Random(SEED + 1);
    int compared = 0;
    for (int i = 0; i < HISTORIES; i++) {
      History history = new History(new FreshClasses(true), random, true, true).live(STEPS);
      assertNull(history.notExported(WORLD), "seed " + SEED);
      assertNull(history.escaped(WORLD), "seed " + SEED);
      compared += history.compared;
    }
    System.out.println("ClosureTest: " + compared + " exports as the dumb evaluator says");
  }

  @Test
  void theFirstFailsWithoutTheHardenedBoundary() throws Exception {
    Map<String, byte[]> mutant =
        Mutants.classes("RuleList.java", "b[lo] >= 0 || b[hi] >= 0 ||", "");
    Random random = new Random(SEED + 2);
    String found = null;
    for (int i = 0; i < MOST && found == null; i++) {
      found = new History(Mutants.with(mutant), random, false, false).live(STEPS).escaped(WORLD);
    }
    assertNotNull(found, "seed " + SEED);
  }

  @Test
  void theSecondFailsWithoutTheRefusalOfExtendedPublicKeys() throws Exception {
    Map<String, byte[]> mutant =
        Mutants.classes(
            "ExportPolicy.java",
            "&& isPath(len) && !isCovered(bank.bytes,",
            "&& isPath(len) || !isCovered(bank.bytes,");
    assertNotNull(keysBesides(mutant, 3), "seed " + SEED);
  }

  @Test
  void theSecondFailsWhenSwitchedOffRulesAreForgotten() throws Exception {
    Map<String, byte[]> mutant =
        Mutants.classes(
            "ExportPolicy.java",
            "&& !isCovered(bank.bytes, PolicyText.rules(bank.bytes, PolicyBank.TEXT), path, off, len)",
            "&& !isCoveredByOneSwitchedOn(bank, path, off, len)",
            "private static boolean isPath(short len) {",
            """
            private static boolean isCoveredByOneSwitchedOn(
                PolicyBank bank, byte[] path, short off, short len) {
              byte[] b = bank.bytes;
              short list = PolicyText.rules(b, PolicyBank.TEXT);
              short rule = (short) (list + 1);
              for (byte i = 0; i < b[list]; i++) {
                if (!bank.isSwitchedOff(i) && RuleList.covers(b, rule, path, off, len)) {
                  return true;
                }
                rule = (short) (rule + RuleList.ruleLength(b, rule));
              }
              return false;
            }

            private static boolean isPath(short len) {""");
    assertNotNull(keysBesides(mutant, 4), "seed " + SEED);
  }

  private static String keysBesides(Map<String, byte[]> mutant, int which) {
    Random random = new Random(SEED + which);
    String found = null;
    for (int i = 0; i < MOST && found == null; i++) {
      History history = new History(Mutants.with(mutant), random, false, true).live(STEPS);
      found = history.notExported(WORLD);
    }
    return found;
  }
}
