package keyfence.simulator.describe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import keyfence.simulator.card.Hex;
import keyfence.simulator.card.Keyfence;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.host.HostSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions of cards: their form, and the cards that come of them. */
class DescriptionTest {
  private static final String JUNK = "test test test test test test test test test test test junk";
  private static final String OWNER = "pin = \"123456\"\npuk = \"123456789012\"\n";

  private static JsonObject vectors(String name) throws IOException {
    Path file = Path.of(System.getProperty("keyfence.testVectors"), name);
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  @Test
  void mnemonicsGiveTheSeedsOfTheVectors() throws IOException {
    JsonObject file = vectors("bip39.json");
    for (JsonElement element : file.getAsJsonArray("vectors")) {
      JsonObject vector = element.getAsJsonObject();
      byte[] seed =
          Mnemonic.toSeed(
              vector.get("mnemonic").getAsString(), vector.get("passphrase").getAsString());
      assertEquals(vector.get("seed").getAsString(), HexFormat.of().formatHex(seed));
    }
    for (JsonElement element : file.getAsJsonArray("invalid")) {
      String mnemonic = element.getAsJsonObject().get("mnemonic").getAsString();
      assertThrows(DescriptionException.class, () -> Mnemonic.toSeed(mnemonic, ""), mnemonic);
    }
  }

  @Test
  void rulesAreEncodedAsInTheVectors() throws IOException {
    for (JsonElement element : vectors("export-policy.json").getAsJsonArray("policies")) {
      JsonObject vector = element.getAsJsonObject();
      byte[] encoded = PolicyRule.encodePolicy(rules(vector.getAsJsonArray("rules")));
      if (vector.get("sequence").getAsLong() == 0
          && vector.get("uid").getAsString().isEmpty()
          && vector.get("successor").getAsString().isEmpty()) {
        assertEquals(vector.get("encoded").getAsString(), HexFormat.of().formatHex(encoded));
      }
    }
    JsonObject floors = vectors("export-floor.json");
    List<JsonElement> all = new ArrayList<>(floors.getAsJsonArray("added").asList());
    all.add(floors.get("compiled"));
    for (JsonElement element : all) {
      JsonObject vector = element.getAsJsonObject();
      byte[] encoded = PolicyRule.encodeFloor(rules(vector.getAsJsonArray("rules")));
      assertEquals(vector.get("encoded").getAsString(), HexFormat.of().formatHex(encoded));
    }
  }

  private static List<PolicyRule> rules(JsonArray texts) {
    return texts.asList().stream().map(t -> PolicyRule.parse(t.getAsString())).toList();
  }

  @Test
  void tomlAndJsonSayTheSame() {
    CardDescription toml =
        CardDescription.parse(
            """
            # a card
            uid = '00112233445566778899aabbccddeeff'
            pin = "123456"  # main
            puk = "123456789012"
            pin_limit = 5
            policy = [
              "m/43'/60'/1581'/[0'..1']/{1..6}", # chat
            ]
            ndef_uri = "https://example.org/\\u00e9"

            [identity]
            issuer_key = "0000000000000000000000000000000000000000000000000000000000000001"
            """);
    CardDescription json =
        CardDescription.parse(
            """
            { "$schema": "card.schema.json", "uid": "00112233445566778899aabbccddeeff", "pin": "123456",
              "puk": "123456789012", "pin_limit": 5, "policy": ["m/43'/60'/1581'/[0'..1']/{1..6}"],
              "ndef_uri": "https://example.org/\\u00e9",
              "identity": {"issuer_key": "0000000000000000000000000000000000000000000000000000000000000001"} }
            """);
    assertArrayEquals(toml.uid, json.uid);
    assertEquals(toml.pin, json.pin);
    assertEquals(5, toml.pinLimit);
    assertEquals(toml.pinLimit, json.pinLimit);
    assertArrayEquals(toml.ndef, json.ndef);
    assertArrayEquals(toml.issuerKey, json.issuerKey);
    assertArrayEquals(PolicyRule.encodePolicy(toml.policy), PolicyRule.encodePolicy(json.policy));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "pin = \"12345\" | pin has to be 6 digits",
        "pin = 123456 | pin has to be a string",
        "pin = \"123456\" | pin needs a puk",
        "puk = \"123456789012\" | puk needs a pin",
        "seed = \"00\" | seed has to be 16 to 64 bytes",
        "colour = \"red\" | unknown key colour",
        "uid = \"xx\" | uid has to be hexadecimal",
        "uid = \"00 | line 1, column 10",
        "uid \"00\" | line 1, column 5: '=' expected",
        "mnemonic = \"test\" | mnemonic has 1 words",
        "mnemonic = \"test test test test test test test test test test test test\" | checksum",
        "mnemonic = \"test test test test test test test test test test test blubb\" | word 12",
        "passphrase = \"x\" | belongs to a mnemonic",
        "policy = [\"m/43'\"] | policy \"m/43'\": line 1, column 6",
        "policy = \"m\" | policy has to be an array",
        "identity = 1 | identity has to be a table",
        "ndef = \"00\" ndef = \"00\" | the end of the line expected",
        "{\"pin\": 1.5} | only whole numbers",
        "{\"pin\": \"123456\", \"pin\": \"123456\"} | twice",
        "{\"pin\": \"123456\"} x | more after the end",
        "{\"identity\": {}} | identity. needs certificate",
        "{\"identity\": {\"x\": \"\"}} | unknown key identity.x"
      })
  void whatIsWrongIsSaid(String text, String message) {
    DescriptionException e =
        assertThrows(DescriptionException.class, () -> CardDescription.parse(text));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void theSchemaAndTheReaderKnowTheSameKeys() throws IOException {
    JsonObject schema;
    try (Reader in =
        new InputStreamReader(CardDescription.class.getResourceAsStream("/card.schema.json"))) {
      schema = JsonParser.parseReader(in).getAsJsonObject();
    }
    assertFalse(schema.get("additionalProperties").getAsBoolean());
    for (String key : schema.getAsJsonObject("properties").keySet()) {
      String message = assertThrowsOrNothing("{\"" + key + "\": \"?\"}");
      assertFalse(message.contains("unknown key"), key + ": " + message);
    }
    JsonObject identity = schema.getAsJsonObject("properties").getAsJsonObject("identity");
    for (String key : identity.getAsJsonObject("properties").keySet()) {
      String message = assertThrowsOrNothing("{\"identity\": {\"" + key + "\": \"?\"}}");
      assertFalse(message.contains("unknown key"), key + ": " + message);
    }
  }

  private static String assertThrowsOrNothing(String text) {
    try {
      CardDescription.parse(text);
      return "";
    } catch (DescriptionException e) {
      return e.getMessage();
    }
  }

  @Test
  void aDescribedCardHasTheKeyOfItsMnemonic() throws IOException {
    JsonObject wanted = null;
    for (JsonElement element : vectors("eip1581.json").getAsJsonArray("vectors")) {
      JsonObject vector = element.getAsJsonObject();
      if (vector.get("mnemonic").getAsString().equals(JUNK)
          && vector.get("passphrase").getAsString().isEmpty()) {
        wanted = vector;
      }
    }
    SimulatedCard card =
        SimulatedCard.described(
            CardDescription.parse(
                OWNER
                    + "uid = \"00112233445566778899AABBCCDDEEFF\"\n"
                    + "pairing_password = \"secret\"\nmnemonic = \""
                    + JUNK
                    + "\"\n"));
    HostSession host = new HostSession(card, new java.security.SecureRandom());
    byte[] info = host.select(Keyfence.KEYCARD_AID);
    assertEquals("00112233445566778899AABBCCDDEEFF", Hex.encode(Arrays.copyOfRange(info, 5, 21)));
    assertTrue(Hex.encode(info).contains(wanted.get("key_uid").getAsString().toUpperCase()));
    host.selectKeycard(Keyfence.KEYCARD_AID);
    host.open(HostSession.pairingSecret("secret"));
    host.verifyPin("123456");
    byte[] whisper =
        host.command(0xC2, 1, 0, Hex.decode("8000002B8000003C8000062D8000000000000000"));
    assertEquals(
        wanted.getAsJsonObject("main").getAsJsonObject("whisper").get("private_key").getAsString(),
        HexFormat.of().formatHex(whisper, 4, 36));
    HostSession.RefusedException refused =
        assertThrows(
            HostSession.RefusedException.class,
            () -> host.command(0xC2, 1, 0, Hex.decode("8000002C8000003C80000000")));
    assertEquals(0x6985, refused.sw());
  }

  @Test
  void aPolicyThatTheAppletRefusesIsAnError() {
    CardDescription description = CardDescription.parse("policy = [\"m/44'/60'/[0']/{0}\"]");
    assertThrows(RuntimeException.class, () -> SimulatedCard.described(description));
  }

  @Test
  void identityAndNdefAreOnTheCard() {
    SimulatedCard card =
        SimulatedCard.described(
            CardDescription.parse(
                "ndef_uri = \"https://example.org\"\n[identity]\nissuer_key = \""
                    + "01".repeat(32)
                    + "\"\n"));
    HostSession host = new HostSession(card, new java.security.SecureRandom());
    assertEquals(98, host.select(Keyfence.IDENT_AID).length);
    host.select(Keyfence.NDEF_AID);
    host.plain(0, 0xA4, 0, 0x0C, Hex.decode("E104"));
    byte[] file = card.transmit(Hex.decode("00B0000000"));
    assertEquals("0018D1011455", Hex.encode(Arrays.copyOf(file, 6)));
    assertTrue(
        new String(file, java.nio.charset.StandardCharsets.US_ASCII)
            .contains("https://example.org"));
    host.selectKeycard(Keyfence.KEYCARD_AID);
    byte[] signature = host.plain(0x80, 0x14, 0, 0, new byte[32]);
    assertEquals((byte) 0xA0, signature[0]);
  }

  @Test
  void aFileThatIsNoneIsSaidInWords(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("card.toml");
    String missing =
        assertThrows(DescriptionException.class, () -> CardDescription.read(file)).getMessage();
    assertEquals("can't read " + file + ": there is no such file", missing);
    Files.write(file, new byte[] {'#', (byte) 0xff, '\n'});
    String noise =
        assertThrows(DescriptionException.class, () -> CardDescription.read(file)).getMessage();
    assertEquals(file + ": not a text in UTF-8", noise);
  }
}
