// From a seed to the two keys of EIP-1581, and no other: the shortest way through the card.
package keyfence.applet;

import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.KeycardClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
import keyfence.testkit.Vectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThinPathTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyVectorOfEip1581(boolean hmac) {
    SimCard card = new SimCard(hmac).install(SimCard.KEYCARD, "KeycardApplet", new byte[0]);
    KeycardClient client = KeycardClient.ready(card);
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    for (JsonElement element : Vectors.read("eip1581.json").getAsJsonArray("vectors")) {
      JsonObject vector = element.getAsJsonObject();
      byte[] uid = expect(0x9000, client.loadSeed(hex(vector.get("seed").getAsString())));
      assertEquals(vector.get("key_uid").getAsString(), hex(uid));
      expect(0x9000, client.verifyPin(KeycardClient.PIN));
      checkTree(client, vector.getAsJsonObject("main"));
      expect(0x9000, client.verifyPin(KeycardClient.ALTERNATIVE_PIN));
      checkTree(client, vector.getAsJsonObject("alternative"));
    }
  }

  private static void checkTree(KeycardClient client, JsonObject tree) {
    for (Map.Entry<String, JsonElement> entry : tree.entrySet()) {
      JsonObject node = entry.getValue().getAsJsonObject();
      String text = node.get("path").getAsString();
      byte[] path = hex(node.get("components").getAsString());
      byte[] point = expect(0x9000, client.export(path, KeyRelease.PUBLIC));
      assertEquals("a1438041" + node.get("public_key").getAsString(), hex(point), text);
      boolean open = text.matches("m/43'/60'/1581'/[01]'(/\\d+'?){1,6}");
      if (open) {
        byte[] secret = expect(0x9000, client.export(path, KeyRelease.PRIVATE));
        assertEquals("a1228120" + node.get("private_key").getAsString(), hex(secret), text);
      } else {
        expect(0x6985, client.export(path, KeyRelease.PRIVATE));
      }
      if (!text.startsWith("m/43'/60'/1581'/0'") && !text.startsWith("m/43'/60'/1581'/1'")) {
        byte[] extended = expect(0x9000, client.export(path, KeyRelease.EXTENDED_PUBLIC));
        assertTrue(hex(extended).endsWith("8220" + node.get("chain_code").getAsString()), text);
      } else {
        expect(0x6985, client.export(path, KeyRelease.EXTENDED_PUBLIC));
      }
    }
  }
}
