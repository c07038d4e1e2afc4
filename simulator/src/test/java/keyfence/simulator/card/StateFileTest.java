package keyfence.simulator.card;

import static keyfence.simulator.card.Cards.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import keyfence.simulator.state.StateException;
import keyfence.simulator.state.StateFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A card's state on disk. */
class StateFileTest {
  private static final String[] APPLETS = {"MemoryApplet", "CryptoApplet", "OtherApplet"};
  private static final String DATA = "10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF";

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("card.state");
  }

  private static SimulatedCard.Builder builder(String... applets) {
    return SimulatedCard.builder().classes(Cards.classes()).applets(Cards.specs(applets));
  }

  private SimulatedCard reload() throws IOException {
    try (StateFile file = StateFile.open(path())) {
      return builder(APPLETS).load(file);
    }
  }

  private void save(SimulatedCard card) throws IOException {
    try (StateFile file = StateFile.open(path())) {
      card.save(file);
    }
  }

  @Test
  void aCardComesBackAsItWas() throws IOException {
    SimulatedCard card = Cards.with(APPLETS);
    send(card, "80100000");
    send(card, "80170000" + DATA);
    send(card, "80180000" + DATA);
    send(card, "801500000409090909");
    Cards.select(card, 1);
    String publicKey = send(card, "80210000");
    save(card);
    SimulatedCard again = reload();
    assertEquals("6986", send(again, "80210000"), "as after a reset: nothing is selected");
    Cards.select(again, 1);
    assertEquals(publicKey, send(again, "80210000"));
    assertEquals("9000", send(again, "8024000020" + "00".repeat(31) + "05").substring(64));
    assertNotEquals(send(again, "80200000"), send(again, "80200000"));
    Cards.select(again, 0);
    assertEquals("918F", send(again, "801A0000"), "what persists, two tries, no transient memory");
    send(again, "80180000" + DATA);
    assertEquals("91BF", send(again, "801A0000"), "transient keys and arrays are there to be used");
    Cards.select(again, 2);
    Cards.select(again, 0);
    assertEquals("919F", send(again, "801A0000"), "and are cleared by deselection");
    again.powerUp();
    Cards.select(again, 0);
    assertEquals("918F", send(again, "801A0000"), "and by reset");
    assertArrayEquals(
        again.encodedState(), reload2(again).encodedState(), "saving and loading is stable");
  }

  private SimulatedCard reload2(SimulatedCard card) throws IOException {
    card.powerUp();
    save(card);
    return reload();
  }

  @Test
  void aSeededCardGoesOnWhereItWas() throws IOException {
    SimulatedCard card = Cards.seeded(5, APPLETS);
    Cards.select(card, 1);
    final String first = send(card, "80200000");
    save(card);
    SimulatedCard again = reload();
    Cards.select(again, 1);
    assertNotEquals(first, send(again, "80200000"), "not from the start: nonces would repeat");
  }

  @Test
  void thereMayBeNoFileYet() throws IOException {
    assertNull(reload());
  }

  @Test
  void theFileIsItsOwnersAlone() throws IOException {
    save(Cards.with(APPLETS));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
  }

  @Test
  void oneProcessAtATime() throws IOException {
    try (StateFile first = StateFile.open(path())) {
      StateException e =
          assertThrows(StateException.class, () -> StateFile.open(path()), first::toString);
      assertTrue(e.getMessage().contains("in use"), e.getMessage());
    }
    StateFile.open(path()).close();
  }

  @Test
  void aLinkIsItsTarget() throws IOException {
    save(Cards.with(APPLETS));
    Path link = Files.createSymbolicLink(directory.resolve("link.state"), path());
    try (StateFile first = StateFile.open(path())) {
      StateException e =
          assertThrows(StateException.class, () -> StateFile.open(link), first::toString);
      assertTrue(e.getMessage().contains("in use"), e.getMessage());
    }
    byte[] before = Files.readAllBytes(path());
    try (StateFile file = StateFile.open(link)) {
      Cards.with(APPLETS).save(file);
    }
    assertTrue(Files.isSymbolicLink(link));
    assertNotEquals(Arrays.hashCode(before), Arrays.hashCode(Files.readAllBytes(path())));
  }

  @Test
  void aPathThatCanBeNoFileIsToldAsSuch() {
    StateException directory =
        assertThrows(StateException.class, () -> StateFile.open(this.directory));
    assertTrue(directory.getMessage().contains("is a directory"), directory.getMessage());
    Path nowhere = this.directory.resolve("missing").resolve("card.state");
    StateException missing = assertThrows(StateException.class, () -> StateFile.open(nowhere));
    assertTrue(missing.getMessage().contains("no such directory"), missing.getMessage());
  }

  @Test
  void aDamagedOrForeignFileIsRefusedAndLeftAlone() throws IOException {
    save(Cards.with(APPLETS));
    byte[] good = Files.readAllBytes(path());
    refused("not the state", new byte[0]);
    refused("not the state", "{\"something\": \"else\"}".getBytes());
    refused("cut off", Arrays.copyOf(good, 30));
    refused("another length", Arrays.copyOf(good, good.length - 1));
    refused("another length", Arrays.copyOf(good, good.length + 1));
    byte[] newer = good.clone();
    newer[15] = 99;
    refused("format 99", newer);
    Random random = new Random(11);
    for (int i = 0; i < 200; i++) {
      byte[] flipped = good.clone();
      int place = 20 + random.nextInt(good.length - 20);
      flipped[place] ^= (byte) (1 << random.nextInt(8));
      refused("checksum", flipped);
    }
  }

  private void refused(String why, byte[] content) throws IOException {
    Files.write(path(), content);
    StateException e = assertThrows(StateException.class, this::reload);
    assertTrue(
        e.getMessage().contains(why) && e.getMessage().contains(path().toString()), e.getMessage());
    assertArrayEquals(content, Files.readAllBytes(path()));
  }

  @Test
  void aBodyThatMakesNoSenseIsRefusedWhateverItsChecksumSays() throws Exception {
    save(Cards.with(APPLETS));
    byte[] good = Files.readAllBytes(path());
    Random random = new Random(12);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] changed = good.clone();
      int place = 20 + random.nextInt(good.length - 20 - 32);
      changed[place] = (byte) random.nextInt();
      byte[] checksum =
          java.security.MessageDigest.getInstance("SHA-256")
              .digest(Arrays.copyOf(changed, changed.length - 32));
      System.arraycopy(checksum, 0, changed, changed.length - 32, 32);
      Files.write(path(), changed);
      try {
        reload();
      } catch (StateException e) {
        refused++;
      }
    }
    assertTrue(refused > 50, refused + " refused");
  }

  @Test
  void aCardOfOtherClassesIsRefused() throws IOException {
    save(Cards.with(APPLETS));
    try (StateFile file = StateFile.open(path())) {
      StateException e =
          assertThrows(StateException.class, () -> SimulatedCard.builder().load(file));
      assertTrue(e.getMessage().contains("MemoryApplet"), e.getMessage());
    }
  }

  @Test
  void transientContentIsNotOnDisk() throws IOException {
    SimulatedCard card = Cards.with(APPLETS);
    send(card, "801800001041424344454647484950515253545556");
    save(card);
    assertTrue(
        !new String(Files.readAllBytes(path()), java.nio.charset.StandardCharsets.ISO_8859_1)
            .contains("ABCDEFGHIPQRSTUV"));
  }

  @Test
  void aRandomCommandSequenceSurvivesAnyStop() throws IOException {
    long seed = Long.parseLong(System.getenv().getOrDefault("KEYFENCE_SEED", "42"));
    Random random = new Random(seed);
    SimulatedCard card = Cards.seeded(seed, APPLETS);
    String[] commands = {
      "80100000",
      "80110000" + DATA,
      "80120000" + DATA,
      "801500000409090909",
      "801500000401020304",
      "801600000401020304",
      "80170000" + DATA,
      "80190000"
    };
    for (int i = 0; i < 40; i++) {
      send(card, commands[random.nextInt(commands.length)]);
      String before = send(card, "801A0000");
      if (i % 8 == 0) {
        save(card);
        card = reload();
        Cards.select(card, 0);
        assertEquals(before, send(card, "801A0000"), "seed " + seed + " step " + i);
      }
    }
  }
}
