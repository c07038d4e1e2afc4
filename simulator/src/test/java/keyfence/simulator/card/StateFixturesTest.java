package keyfence.simulator.card;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import keyfence.simulator.describe.CardDescription;
import keyfence.simulator.host.HostSession;
import keyfence.simulator.state.StateFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * State files of earlier versions keep loading: test-vectors/states holds cards made by {@code
 * personalised.toml}.
 */
class StateFixturesTest {
  private static final Path VECTORS = Path.of(System.getProperty("keyfence.testVectors"));
  private static final String UID = "4B46535441544546495854555245FFFF";

  @TempDir Path directory;

  static Stream<Path> fixtures() throws IOException {
    try (Stream<Path> files = Files.list(VECTORS.resolve("states"))) {
      List<Path> states = files.filter(f -> f.toString().endsWith(".state")).sorted().toList();
      assertFalse(states.isEmpty());
      return states.stream();
    }
  }

  private static JsonObject expected() throws IOException {
    JsonObject file =
        JsonParser.parseString(Files.readString(VECTORS.resolve("eip1581.json"))).getAsJsonObject();
    for (JsonElement element : file.getAsJsonArray("vectors")) {
      JsonObject vector = element.getAsJsonObject();
      if (vector.get("mnemonic").getAsString().endsWith("test junk")
          && vector.get("passphrase").getAsString().isEmpty()) {
        return vector;
      }
    }
    throw new IllegalStateException("no such mnemonic in eip1581.json");
  }

  private SimulatedCard load(Path fixture) throws IOException {
    Path copy = directory.resolve("card");
    Files.copy(fixture, copy);
    try (StateFile file = StateFile.open(copy)) {
      return SimulatedCard.builder().load(file);
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aCardOfAnEarlierVersionStillWorks(Path fixture) throws IOException {
    SimulatedCard card = load(fixture);
    JsonObject expected = expected();
    HostSession host = new HostSession(card, new SecureRandom());
    byte[] info = host.select(Keyfence.KEYCARD_AID);
    assertEquals(UID, Hex.encode(Arrays.copyOfRange(info, 5, 21)));
    assertTrue(Hex.encode(info).contains(expected.get("key_uid").getAsString().toUpperCase()));
    assertEquals("63C3", wrongPin(card), "the limit of four");
    for (String tree : List.of("main", "alternative")) {
      host.selectKeycard(Keyfence.KEYCARD_AID);
      host.open(HostSession.pairingSecret("fixture"));
      host.verifyPin(tree.equals("main") ? "123456" : "654321");
      byte[] whisper =
          host.command(0xC2, 1, 0, Hex.decode("8000002B8000003C8000062D8000000000000000"));
      assertEquals(
          expected
              .getAsJsonObject(tree)
              .getAsJsonObject("whisper")
              .get("private_key")
              .getAsString(),
          HexFormat.of().formatHex(whisper, 4, 36));
      assertEquals(
          36,
          host.command(0xC2, 1, 0, Hex.decode("8000002C800004D58000000000000000" + "00000000"))
              .length);
    }
    assertEquals(98, host.select(Keyfence.IDENT_AID).length);
    host.select(Keyfence.NDEF_AID);
    host.plain(0, 0xA4, 0, 0x0C, Hex.decode("E104"));
    byte[] ndef = card.transmit(Hex.decode("00B0000000"));
    assertTrue(
        new String(ndef, java.nio.charset.StandardCharsets.US_ASCII)
            .contains("example.org/fixture"));
  }

  private static String wrongPin(SimulatedCard card) {
    HostSession host = new HostSession(card, new SecureRandom());
    host.selectKeycard(Keyfence.KEYCARD_AID);
    host.open(HostSession.pairingSecret("fixture"));
    try {
      host.verifyPin("999999");
      return "9000";
    } catch (HostSession.RefusedException e) {
      return String.format("%04X", e.sw());
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void loadingAndSavingChangesNothing(Path fixture) throws IOException {
    SimulatedCard card = load(fixture);
    byte[] state = card.encodedState();
    Path again = directory.resolve("again");
    try (StateFile file = StateFile.open(again)) {
      card.save(file);
      assertArrayEquals(state, SimulatedCard.builder().load(file).encodedState());
    }
  }

  @Test
  void sizeAndLoadingDoNotGrowWithAge() throws IOException {
    int commands =
        Boolean.getBoolean("keyfence.soak") || "1".equals(System.getProperty("keyfence.soak"))
            ? 50_000
            : 3_000;
    SimulatedCard card =
        SimulatedCard.described(
            CardDescription.parse(
                "pin = '123456'\npuk = '123456789012'\nseed = '" + "12".repeat(16) + "'"));
    HostSession host = new HostSession(card, new SecureRandom());
    byte[] secret = HostSession.pairingSecret(CardDescription.DEFAULT_PAIRING_PASSWORD);
    host.selectKeycard(Keyfence.KEYCARD_AID);
    host.open(secret);
    host.verifyPin("123456");
    card.powerUp();
    final int young = card.encodedState().length;
    host.selectKeycard(Keyfence.KEYCARD_AID);
    host.open(secret);
    for (int i = 0; i < commands; i++) {
      if (i % 4 == 0) {
        host.verifyPin("123456");
      } else if (i % 4 == 1) {
        host.command(0xD1, 0, 0, new byte[] {0, 0, 0, (byte) i});
      } else {
        host.command(0xF2, i % 2, 0, new byte[0]);
      }
    }
    card.powerUp();
    assertEquals(young, card.encodedState().length, 8, "the state doesn't grow");
    long began = System.nanoTime();
    try (StateFile file = StateFile.open(directory.resolve("old"))) {
      card.save(file);
      assertArrayEquals(card.encodedState(), SimulatedCard.builder().load(file).encodedState());
    }
    assertTrue(System.nanoTime() - began < 10_000_000_000L);
  }
}
