// Attacks on the policy, as test-vectors/malicious-policies.json describes them, against the real
// applet.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.KeycardClient.ascii;
import static keyfence.testkit.KeycardClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import keyfence.testkit.Answer;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
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
      String name = text(attack, "class") + ": " + text(attack, "name");
      tests.add(dynamicTest(name, () -> new Run(attack).play()));
    }
    return tests;
  }

  @Test
  void thereAreAttacksOfManyClassesAndAllCompareTheState() {
    Set<String> classes = new HashSet<>();
    for (JsonElement element : file.getAsJsonArray("cases")) {
      classes.add(text(element.getAsJsonObject(), "class"));
      String steps = element.getAsJsonObject().getAsJsonArray("steps").toString();
      assertTrue(
          steps.contains("\"snapshot\"") && steps.contains("\"unchanged\""), element::toString);
    }
    assertTrue(file.getAsJsonArray("cases").size() >= CASES);
    assertTrue(classes.size() >= CLASSES);
  }

  private static String text(JsonObject object, String name) {
    return object.has(name) ? object.get(name).getAsString() : "";
  }

  /** One case on a card of its own. */
  private final class Run {
    private final JsonObject attack;
    private final KeycardClient client;
    private List<String> snapshot;

    Run(JsonObject attack) {
      this.attack = attack;
      client = new KeycardClient(SimCard.keycard(hex(text(attack, "installParameters"))));
      initialise(text(attack, "initAuthority"));
    }

    private void initialise(String authority) {
      client.select();
      byte[] plaintext =
          join(
              ascii(text(file, "pin")),
              ascii(text(file, "puk")),
              hex(text(file, "pairingSecret")),
              bytes(3, 5),
              ascii(text(file, "alternativePin")),
              hex(authority));
      expect(0x9000, client.init(plaintext));
      client.select();
      expect(0x9000, client.pair(0, hex(text(file, "pairingSecret"))));
      client.open();
    }

    void play() {
      int number = 0;
      for (JsonElement element : attack.getAsJsonArray("steps")) {
        JsonObject step = element.getAsJsonObject();
        number++;
        try {
          play(step);
        } catch (AssertionError e) {
          throw new AssertionError("step " + number + " " + step + ": " + e.getMessage(), e);
        }
      }
    }

    private void play(JsonObject step) {
      switch (text(step, "do")) {
        case "pin" -> check(step, client.verifyPin(pin(text(step, "which"))));
        case "command" -> check(step, command(step));
        case "plain" -> check(step, client.receive(client.raw(hex(text(step, "apdu")))));
        case "snapshot" -> snapshot = state();
        case "unchanged" -> assertEquals(snapshot, state());
        case "select" -> client.select();
        case "open" -> client.open();
        case "reopen" -> {
          client.select();
          client.open();
        }
        case "load-seed" -> expect(0x9000, client.loadSeed(hex(text(step, "seed"))));
        case "factory-reset" -> {
          expect(0x9000, client.clear(0xfd, 0xaa, 0x55, new byte[0]));
          initialise(text(step, "initAuthority"));
        }
        default -> throw new AssertionError("an unknown step");
      }
    }

    private String pin(String which) {
      return switch (which) {
        case "main" -> text(file, "pin");
        case "alternative" -> text(file, "alternativePin");
        case "wrong" -> text(file, "wrongPin");
        default -> throw new AssertionError("an unknown PIN: " + which);
      };
    }

    private Answer command(JsonObject step) {
      int ins = number(step, "ins");
      byte[] before = client.channel.iv;
      byte[] apdu =
          client.channel.wrap(
              bytes(0x80, ins, number(step, "p1"), number(step, "p2")), hex(text(step, "data")));
      if (text(step, "sw").equalsIgnoreCase("6D00")) {
        client.channel.iv = before; // an unknown INS doesn't count in the chain
      }
      return client.receive(client.raw(apdu));
    }

    private int number(JsonObject step, String name) {
      return Integer.parseInt(text(step, name), 16);
    }

    private void check(JsonObject step, Answer answer) {
      assertEquals(text(step, "sw").toLowerCase(), String.format("%04x", answer.sw()));
      if (step.has("answer")) {
        assertEquals(text(step, "answer"), hex(answer.data()));
      }
    }

    /** All that GET EXPORT POLICY says. */
    private List<String> state() {
      List<String> state = new ArrayList<>();
      state.add(hex(expect(0x9000, client.send(0xc9, 0, 0))));
      for (int what = 1; what <= 3; what++) {
        for (int block = 0; ; block++) {
          Answer answer = client.send(0xc9, what, block);
          if (answer.sw() == 0x6a86 && block > 0) {
            break;
          }
          state.add(hex(expect(0x9000, answer)));
        }
      }
      return state;
    }
  }
}
