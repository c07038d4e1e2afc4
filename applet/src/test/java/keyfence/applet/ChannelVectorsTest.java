// INIT, PAIR and the channel against transcripts that an independent implementation made: the
// card's
// bytes, one by one.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.KeycardClient.ascii;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javacard.security.ECPrivateKey;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.OpenedCard;
import keyfence.testkit.Vectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChannelVectorsTest {
  private static final JsonObject VECTORS = Vectors.read("channel.json");

  private ScriptedCard card;
  private KeycardClient client;

  @BeforeEach
  void aBlankCard() {
    card = new ScriptedCard();
    client = new KeycardClient(card.card);
  }

  /** An initialised card whose channel key and random bytes are the vector's. */
  private void initialised(JsonObject vector) {
    client.select();
    byte[] plaintext =
        join(ascii("123456"), ascii("123456789012"), new byte[32], bytes(3, 5), ascii("777777"));
    assertEquals(0x9000, client.init(plaintext).sw());
    if (vector.has("card_private")) {
      card.setKey(bytesOf(vector, "card_private"));
    }
    client.select();
  }

  private static byte[] bytesOf(JsonObject vector, String name) {
    return hex(vector.get(name).getAsString());
  }

  private static List<JsonObject> vectors(String name) {
    List<JsonObject> all = new ArrayList<>();
    for (JsonElement element : VECTORS.getAsJsonArray(name)) {
      all.add(element.getAsJsonObject());
    }
    assertTrue(!all.isEmpty(), name);
    return all;
  }

  private void check(JsonObject vector, String command, String answer) {
    String got = hex(card.card.transmit(bytesOf(vector, command)));
    assertEquals(vector.get(answer).getAsString(), got, vector.toString());
  }

  @Test
  void everyInitIsDecrypted() {
    for (JsonObject vector : vectors("init")) {
      aBlankCard();
      client.select();
      card.setKey(bytesOf(vector, "card_private"));
      assertEquals("9000", hex(card.card.transmit(bytesOf(vector, "apdu"))), vector.toString());
      byte[] secret = Arrays.copyOfRange(bytesOf(vector, "plaintext"), 18, 50);
      assertEquals(hex(secret), hex(card.pairing("secret")));
      client.select();
      assertEquals(0x9000, client.pair(0, secret).sw());
    }
  }

  @Test
  void everyPairing() {
    initialised(new JsonObject());
    for (JsonObject vector : vectors("pairing")) {
      byte[] secret = bytesOf(vector, "secret");
      System.arraycopy(secret, 0, card.pairing("secret"), 0, secret.length);
      card.random(bytesOf(vector, "card_challenge"));
      check(vector, "step1_command", "step1_answer");
      card.random(bytesOf(vector, "salt"));
      check(vector, "step2_command", "step2_answer");
      int at = vector.get("slot").getAsInt() * 32;
      byte[] key = Arrays.copyOfRange(card.pairing("keys"), at, at + 32);
      assertEquals(vector.get("pairing_key").getAsString(), hex(key));
    }
  }

  private void open(JsonObject transcript) {
    initialised(transcript);
    byte[] key = bytesOf(transcript, "pairing_key");
    int slot = transcript.get("slot").getAsInt();
    System.arraycopy(key, 0, card.pairing("keys"), slot * 32, key.length);
    card.pairing("used")[slot] = 1;
    card.random(join(bytesOf(transcript, "salt"), bytesOf(transcript, "iv")));
    check(transcript, "open_command", "open_answer");
    JsonObject first = transcript.getAsJsonArray("steps").get(0).getAsJsonObject();
    card.random(bytesOf(first, "answer_plaintext"));
    check(first, "command", "answer");
  }

  @Test
  void theStoryFromOpeningToUnpairing() {
    JsonObject story = vectors("transcripts").get(0);
    assertEquals("story", story.get("name").getAsString());
    open(story);
    JsonArray steps = story.getAsJsonArray("steps");
    for (int i = 1; i < steps.size(); i++) {
      check(steps.get(i).getAsJsonObject(), "command", "answer");
    }
  }

  /** Whatever the commands mean: the channel's own answers, of every length that ours may have. */
  @Test
  void everyLengthThroughTheChannel() {
    int checked = 0;
    for (JsonObject transcript : vectors("transcripts")) {
      aBlankCard();
      open(transcript);
      JsonArray steps = transcript.getAsJsonArray("steps");
      for (int i = 1; i < steps.size(); i++) {
        JsonObject step = steps.get(i).getAsJsonObject();
        byte[] answer = bytesOf(step, "answer_plaintext");
        if (answer.length > Protocol.MAX_ANSWER) {
          // Only genuine cards give such answers.
          break;
        }
        if (step.get("counts").getAsBoolean()) {
          String plain = hex(card.unwrap(bytesOf(step, "command")));
          assertEquals(step.get("plaintext").getAsString(), plain, step.toString());
        }
        short sw = (short) Integer.parseInt(step.get("sw").getAsString(), 16);
        String wrapped = hex(card.wrap(answer, sw)) + "9000";
        assertEquals(step.get("answer").getAsString(), wrapped, step.toString());
        checked++;
      }
    }
    assertTrue(checked > 20);
  }

  /** The real applet, with its channel key and its random bytes given. */
  private static final class ScriptedCard extends OpenedCard {
    void setKey(byte[] secret) {
      Object channelKey = field(channel(), "channelKey");
      ECPrivateKey[] secrets = (ECPrivateKey[]) field(channelKey, "secrets");
      secrets[(byte) field(channelKey, "active")].setS(secret, (short) 0, (short) 32);
    }

    private Object channel() {
      return field(dispatcher(), "channel");
    }

    byte[] pairing(String name) {
      return (byte[]) field(field(dispatcher(), "pairings"), name);
    }

    byte[] unwrap(byte[] command) {
      byte[] buffer = Arrays.copyOf(command, 261);
      short lc = (short) (command[4] & 0xff);
      short len = (short) call(channel(), "unwrap", buffer, lc);
      assertTrue(len >= 0, "MAC or padding");
      return Arrays.copyOfRange(buffer, Protocol.COMMAND, Protocol.COMMAND + len);
    }

    byte[] wrap(byte[] answer, short sw) {
      byte[] buffer = new byte[261];
      System.arraycopy(answer, 0, buffer, Protocol.ANSWER, answer.length);
      short len = (short) call(channel(), "wrap", buffer, (short) answer.length, sw);
      return Arrays.copyOfRange(buffer, Protocol.COMMAND, Protocol.COMMAND + len);
    }
  }
}
