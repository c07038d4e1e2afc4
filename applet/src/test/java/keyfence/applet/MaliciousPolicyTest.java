// Attacks on the policy, as test-vectors/malicious-policies.json describes them, against the real
// applet.
package keyfence.applet;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import keyfence.testkit.FreshClasses;
import keyfence.testkit.Vectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MaliciousPolicyTest {
  private static final int CASES = 80;
  private static final int CLASSES = 20;

  private final JsonObject file = Vectors.read("malicious-policies.json");

  @TestFactory
  Collection<DynamicTest> eachAttackIsRefusedAndChangesNothing() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonElement element : file.getAsJsonArray("cases")) {
      JsonObject attack = element.getAsJsonObject();
      String name = AttackRun.text(attack, "class") + ": " + AttackRun.text(attack, "name");
      tests.add(
          dynamicTest(name, () -> new AttackRun(new FreshClasses(true), file, attack).play()));
    }
    return tests;
  }

  @Test
  void thereAreAttacksOfManyClassesAndAllCompareTheState() {
    Set<String> classes = new HashSet<>();
    for (JsonElement element : file.getAsJsonArray("cases")) {
      classes.add(AttackRun.text(element.getAsJsonObject(), "class"));
      String steps = element.getAsJsonObject().getAsJsonArray("steps").toString();
      assertTrue(
          steps.contains("\"snapshot\"") && steps.contains("\"unchanged\""), element::toString);
    }
    assertTrue(file.getAsJsonArray("cases").size() >= CASES);
    assertTrue(classes.size() >= CLASSES);
  }
}
