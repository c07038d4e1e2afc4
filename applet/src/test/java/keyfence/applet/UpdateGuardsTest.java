// Each guard of the update taken away in turn: some attack of its class has to notice.
package keyfence.applet;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import keyfence.testkit.Mutants;
import keyfence.testkit.Vectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class UpdateGuardsTest {
  private static final String COMMANDS = "PolicyCommands.java";
  private static final String STORE = "PolicyStore.java";

  /**
   * A guard: the classes of attacks that rest on it, its file, the text, and the text without it.
   */
  private record Guard(String attacks, String file, String before, String after) {}

  private static final List<Guard> GUARDS =
      List.of(
          new Guard(
              "bad-signature",
              COMMANDS,
              "if (!verifier.verify(current, next, policyLength, signatureLength)) {",
              "if (false) {"),
          new Guard(
              "other-authority",
              "PolicyVerifier.java",
              "key.setW(current.bytes,",
              "key.setW(staged.bytes, (short) (PolicyBank.TEXT + PolicyText.HEADER),"
                  + " PolicyText.KEY_LENGTH); key.setW(Secp256k1.G, (short) 0, (short) 65);"
                  + " if (policyLength > 0) { return true; } key.setW(current.bytes,"),
          new Guard(
              "trailing truncation lengths",
              COMMANDS,
              "if (!PolicyText.isSequence(b, (short) (PolicyBank.TEXT + policyLength), signatureLength)) {",
              "if (false) {"),
          new Guard("equal-number replay", COMMANDS, "<= 0 || Unsigned", "< 0 || Unsigned"),
          new Guard(
              "number",
              COMMANDS,
              "|| Unsigned.allOnes(b, sequence, PolicyText.SEQUENCE_LENGTH)",
              ""),
          new Guard("wrong-uid", COMMANDS, "PolicyText.hasUid(b, PolicyBank.TEXT) &&", "false &&"),
          new Guard(
              "unsorted duplicate soft-boundary modes boundary tail",
              COMMANDS,
              "!RuleList.isCanonical(b, rules, RuleList.MODES_PRIVATE) ||",
              ""),
          new Guard("soft-boundary", "RuleList.java", "b[lo] >= 0 || b[hi] >= 0 ||", ""),
          new Guard("depth", "RuleList.java", "|| tailMax > deepest", ""),
          new Guard("duplicate", "RuleList.java", "b, rule) >= 0", "b, rule) > 0"),
          new Guard(
              "successor",
              COMMANDS,
              "&& !store.isAuthorityKey(b, PolicyText.successor(b, PolicyBank.TEXT))",
              "&& false"),
          new Guard(
              "floor-inside floor-edge", COMMANDS, "|| store.floor().isReachedBy(b, rules)", ""),
          new Guard("floor-above", "Floor.java", "if (j > rules[rule]) {", "if (false) {"),
          new Guard("blocks", COMMANDS, "if (block != 0 && block != expected) {", "if (false) {"),
          new Guard("without-pin", COMMANDS, "!credentials.isPinVerified() || current", "current"),
          new Guard("frozen", COMMANDS, "|| current.isFrozen()", ""),
          new Guard("no-authority", COMMANDS, "|| !current.hasAuthority()", ""),
          new Guard(
              "command-between",
              "Dispatcher.java",
              "if (ins != INS_UPDATE_EXPORT_POLICY) {",
              "if (false) {"),
          new Guard(
              "factory-reset",
              STORE,
              "next.setSequence(current.bytes, PolicyBank.SEQUENCE);",
              "next.setSequence(installedPolicy, PolicyText.SEQUENCE);"),
          new Guard(
              "factory-reset",
              STORE,
              "next.setSequence(installedPolicy, PolicyText.SEQUENCE); next.clearAuthority();",
              "next.setSequence(installedPolicy, PolicyText.SEQUENCE); next.copyAuthority(current);"));

  private final JsonObject file = Vectors.read("malicious-policies.json");

  @TestFactory
  Collection<DynamicTest> eachGuardIsMissed() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Guard guard : GUARDS) {
      tests.add(
          dynamicTest(
              guard.attacks + ": " + guard.before,
              () -> assertNotNull(firstToNotice(guard), "no attack notices")));
    }
    return tests;
  }

  private String firstToNotice(Guard guard) throws Exception {
    Map<String, byte[]> mutant = Mutants.classes(guard.file, guard.before, guard.after);
    for (JsonElement element : file.getAsJsonArray("cases")) {
      JsonObject attack = element.getAsJsonObject();
      if (List.of(guard.attacks.split(" ")).contains(AttackRun.text(attack, "class"))) {
        try {
          new AttackRun(Mutants.with(mutant), file, attack).play();
        } catch (AssertionError e) {
          return AttackRun.text(attack, "name");
        }
      }
    }
    return null;
  }
}
