// The golden vectors of policies and floors, as the host's tests read them, against the card's
// classes.
package keyfence.applet;

import static keyfence.testkit.Hex.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.Field;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import javacard.framework.ISOException;
import keyfence.testkit.Encoded;
import keyfence.testkit.Vectors;
import org.junit.jupiter.api.Test;

class PolicyVectorsTest {
  private final JsonObject policies = Vectors.read("export-policy.json");
  private final JsonObject floors = Vectors.read("export-floor.json");
  private final CurveField curve = new CurveField();

  private static List<JsonObject> list(JsonObject file, String name) {
    List<JsonObject> list = new ArrayList<>();
    for (JsonElement element : file.getAsJsonArray(name)) {
      list.add(element.getAsJsonObject());
    }
    assertTrue(list.size() > 2, name);
    return list;
  }

  private static byte[] bytes(JsonObject object, String name) {
    return hex(object.get(name).getAsString());
  }

  private static boolean hasShape(byte[] policy) {
    return PolicyText.length(policy, (short) 0, (short) policy.length) == policy.length;
  }

  private boolean hasContents(byte[] policy) {
    return RuleList.isCanonical(policy, PolicyText.rules(policy, (short) 0), RuleList.MODES_PRIVATE)
        && (!PolicyText.hasSuccessor(policy, (short) 0)
            || curve.isPoint(policy, PolicyText.successor(policy, (short) 0)));
  }

  @Test
  void policiesHaveTheirOneEncoding() throws Exception {
    for (JsonObject vector : list(policies, "policies")) {
      byte[] encoded = bytes(vector, "encoded");
      String name = vector.get("name").getAsString();
      assertTrue(hasShape(encoded), name);
      assertTrue(hasContents(encoded), name);
      assertEquals(
          vector.get("digest").getAsString(),
          hex(MessageDigest.getInstance("SHA-256").digest(encoded)),
          name);
      List<byte[]> rules = new ArrayList<>();
      for (JsonElement rule : vector.getAsJsonArray("rules")) {
        rules.add(Encoded.rule(rule.getAsString()));
      }
      byte[] uid = bytes(vector, "uid");
      byte[] successor = bytes(vector, "successor");
      byte[] built =
          Encoded.policy(
              vector.get("sequence").getAsLong(),
              uid.length == 0 ? null : uid,
              successor.length == 0 ? null : successor,
              Encoded.sorted(rules.toArray(new byte[0][])));
      assertEquals(hex(built), hex(encoded), name);
    }
  }

  @Test
  void anythingElseIsRefusedAtItsStage() {
    for (JsonObject vector : list(policies, "invalid")) {
      byte[] encoded = bytes(vector, "encoded");
      String name = vector.get("name").getAsString();
      boolean shape = vector.get("stage").getAsString().equals("shape");
      assertEquals(!shape, hasShape(encoded), name);
      assertTrue(shape || !hasContents(encoded), name);
    }
  }

  @Test
  void signaturesAreTheAuthoritys() {
    PolicyVerifier verifier = new PolicyVerifier();
    int valid = 0;
    for (JsonObject vector : list(policies, "signatures")) {
      PolicyBank current = new PolicyBank();
      current.setAuthority(bytes(vector, "authority"), (short) 0);
      PolicyBank staged = new PolicyBank();
      byte[] policy = bytes(vector, "policy");
      byte[] signature = bytes(vector, "signature");
      System.arraycopy(policy, 0, staged.bytes, PolicyBank.TEXT, policy.length);
      System.arraycopy(
          signature, 0, staged.bytes, PolicyBank.TEXT + policy.length, signature.length);
      boolean expected = vector.get("valid").getAsBoolean();
      valid += expected ? 1 : 0;
      assertEquals(
          expected,
          verifier.verify(current, staged, (short) policy.length, (short) signature.length),
          vector.get("name").getAsString());
    }
    assertTrue(valid > 0);
  }

  @Test
  void floorsHaveTheirOneEncoding() {
    for (JsonObject vector : list(floors, "added")) {
      byte[] added = bytes(vector, "encoded");
      Floor floor = new Floor(added, (short) 0, (short) added.length);
      byte[] compiled = bytes(floors.getAsJsonObject("compiled"), "encoded");
      assertEquals(compiled[0] + added[0], floor.list()[0]);
      assertEquals(compiled.length + added.length - 1, floor.list().length);
      assertTrue(RuleList.isCanonical(floor.list(), (short) 0, RuleList.MODES_FLOOR));
    }
    for (JsonObject vector : list(floors, "invalid")) {
      byte[] added = bytes(vector, "encoded");
      assertThrows(
          ISOException.class,
          () -> new Floor(added, (short) 0, (short) added.length),
          vector.get("name").getAsString());
    }
  }

  @Test
  void rulesReachTheFloorAndPathsAreKeptAsTheVectorsSay() throws Exception {
    Field list = Floor.class.getDeclaredField("list");
    list.setAccessible(true);
    Floor floor = new Floor(null, (short) -1, (short) 0);
    for (JsonObject vector : list(floors, "reach")) {
      list.set(floor, bytes(vector, "floor"));
      byte[] rules = Encoded.list(Encoded.rule(vector.get("rule").getAsString()));
      assertEquals(
          vector.get("reaches").getAsBoolean(),
          floor.isReachedBy(rules, (short) 0),
          vector::toString);
    }
    for (JsonObject vector : list(floors, "keeps")) {
      list.set(floor, bytes(vector, "floor"));
      byte[] path = Encoded.path(vector.get("path").getAsString());
      assertEquals(
          vector.get("keeps").getAsBoolean(),
          floor.forbids(path, (short) 0, (short) path.length),
          vector::toString);
    }
  }
}
