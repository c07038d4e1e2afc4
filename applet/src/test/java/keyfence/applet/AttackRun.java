// One attack of test-vectors/malicious-policies.json, played on a card of its own.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.KeycardClient.ascii;
import static keyfence.testkit.KeycardClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import keyfence.testkit.Answer;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;

/** Does the steps in order; the first one that goes otherwise is an AssertionError. */
final class AttackRun {
  private final JsonObject file;
  private final JsonObject attack;
  private final KeycardClient client;
  private List<String> snapshot;

  /**
   * @param applet classes of the applet, perhaps broken ones
   * @param file the whole file, with the credentials
   */
  AttackRun(ClassLoader applet, JsonObject file, JsonObject attack) {
    this.file = file;
    this.attack = attack;
    byte[] parameters = hex(text(attack, "installParameters"));
    SimCard card = new SimCard(applet).install(SimCard.KEYCARD, "KeycardApplet", parameters);
    client = new KeycardClient(card);
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

  static String text(JsonObject object, String name) {
    return object.has(name) ? object.get(name).getAsString() : "";
  }
}
