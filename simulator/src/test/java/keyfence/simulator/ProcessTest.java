package keyfence.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import keyfence.simulator.SimulatorProcess.Reader;
import keyfence.simulator.card.Atr;
import keyfence.simulator.card.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line, the wire and the control line, from outside. */
class ProcessTest {
  private static final String SELECT_KEYCARD = "00A4040008A00000080400010101";
  private static final String SELECT = "00A4040008F06B667465737400";
  private static final String STATE = "801A0000";
  private static final String WRITE = "80100000";

  @TempDir Path directory;

  private static Path testClasses() throws Exception {
    Path root =
        Path.of(ProcessTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return root.resolve("keyfence/simulator/cards");
  }

  private static SimulatorProcess memoryCard(String... more) throws Exception {
    List<String> options =
        new java.util.ArrayList<>(
            List.of(
                "--listen",
                "0",
                "--classes",
                testClasses().toString(),
                "--applet",
                "keyfence.simulator.cards.MemoryApplet=F06B667465737400"));
    options.addAll(List.of(more));
    return SimulatorProcess.start(options.toArray(String[]::new));
  }

  @Test
  void oneReaderAtATimeAndTheEndOfInputIsTheEnd() throws Exception {
    try (SimulatorProcess simulator = SimulatorProcess.start("--listen", "0")) {
      int port = simulator.port();
      try (Reader reader = Reader.connect(port)) {
        assertEquals(Hex.encode(Atr.bytes()), reader.exchange("04"));
        assertTrue(reader.exchange(SELECT_KEYCARD).endsWith("9000"));
        try (Reader second = Reader.connect(port)) {
          assertNull(refused(second), "a second reader is turned away");
        }
        assertTrue(reader.exchange(SELECT_KEYCARD).endsWith("9000"), "the first one stays");
      }
      try (Reader next = Reader.connect(port)) {
        assertEquals("6986", next.exchange("80F20000"), "a new reader finds the card reset");
        next.send("01");
        assertTrue(next.exchange(SELECT_KEYCARD).endsWith("9000"));
      }
      simulator.closeInput();
      assertEquals(0, simulator.exitCode());
    }
  }

  private static String refused(Reader reader) throws Exception {
    try {
      return reader.exchange("04");
    } catch (SocketException e) {
      return null;
    }
  }

  @Test
  void thePlugPutsTheCardIntoAReader() throws Exception {
    try (ServerSocket reader = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SimulatorProcess simulator =
            SimulatorProcess.start("--connect", "127.0.0.1:" + reader.getLocalPort())) {
      try (Reader wire = new Reader(reader.accept())) {
        assertEquals(reader.getLocalPort(), simulator.port());
        wire.send("01");
        assertEquals(Hex.encode(Atr.bytes()), wire.exchange("04"));
        assertTrue(wire.exchange(SELECT_KEYCARD).endsWith("9000"));
      }
      assertEquals(0, simulator.exitCode(), "the reader went away");
    }
  }

  @Test
  void noReaderToPlugIntoIsAnError() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    try (SimulatorProcess simulator = SimulatorProcess.start("--connect", "127.0.0.1:" + closed)) {
      assertNull(simulator.line());
      assertEquals(1, simulator.exitCode());
      assertTrue(simulator.errors().contains("no virtual reader"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--listen",
        "--listen x",
        "--listen 70000",
        "--connect here",
        "--listen 0 --connect a:1",
        "--listen 0 --frobnicate",
        "--listen 0 --seed x",
        "--listen 0 --uid 00",
        "--listen 0 --uid zz",
        "--listen 0 --install-parameters 9",
        "--listen 0 --install-parameters 9900",
        "--listen 0 --cut 0",
        "--listen 0 --cut 1:outside",
        "--listen 0 --classes x",
        "--listen 0 --classes /nowhere --applet a=F06B667465",
        "--listen 0 --allocation-only-in FEFE"
      })
  void badArgumentsAreToldAndExitWith2(String line) throws Exception {
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
    try (SimulatorProcess simulator = SimulatorProcess.start(arguments)) {
      simulator.closeInput();
      assertNull(simulator.line(), "nothing on standard output");
      String errors = simulator.errors();
      assertTrue(errors.startsWith("keyfence-simulator: "), errors);
      assertFalse(errors.contains("\tat "), "no stack trace: " + errors);
      assertEquals(2, simulator.exitCode());
    }
  }

  @Test
  void aUidAndASeedAreTheCards() throws Exception {
    String[] options = {
      "--listen", "0", "--seed", "9", "--uid", "00112233445566778899AABBCCDDEEFF"
    };
    try (SimulatorProcess a = SimulatorProcess.start(options);
        SimulatorProcess b = SimulatorProcess.start(options);
        SimulatorProcess other = SimulatorProcess.start("--listen", "0", "--seed", "10");
        Reader readerA = Reader.connect(a.port());
        Reader readerB = Reader.connect(b.port());
        Reader readerOther = Reader.connect(other.port())) {
      String answer = readerA.exchange(SELECT_KEYCARD);
      assertEquals(answer, readerB.exchange(SELECT_KEYCARD));
      assertNotEquals(answer, readerOther.exchange(SELECT_KEYCARD));
    }
  }

  @Test
  void thePowerIsCutByControlLineAndByOption() throws Exception {
    Path counters = directory.resolve("counters");
    try (SimulatorProcess simulator = memoryCard("--cut", "2", "--counters", counters.toString())) {
      int port = simulator.port();
      try (Reader reader = Reader.connect(port)) {
        assertEquals("9000", reader.exchange(SELECT));
        reader.send(WRITE);
        assertNull(reader.receive(), "no answer: the power went at the second write");
      }
      try (Reader reader = Reader.connect(port)) {
        assertEquals("9000", reader.exchange(SELECT));
        assertEquals("91C1", reader.exchange(STATE), "the first write stayed");
        assertEquals("ok", simulator.control("cut 3 inside"));
        assertEquals("ok", simulator.control("cut off"));
        assertEquals("9000", reader.exchange(WRITE));
        String line = simulator.control("counters");
        assertTrue(line.contains("\"command\":\"80100000\",\"sw\":\"9000\""), line);
        assertTrue(line.contains("\"persistent_writes\":11"), line);
        assertEquals("ok", simulator.control("cut 1"));
        reader.send(WRITE);
        assertNull(reader.receive());
        assertEquals("ok", simulator.control("allocation refuse"));
        assertTrue(simulator.control("nonsense").startsWith("error: "));
        assertTrue(simulator.control("cut x").startsWith("error: "));
      }
      try (Reader reader = Reader.connect(port)) {
        assertEquals("9000", reader.exchange(SELECT));
        assertEquals("6F00", reader.exchange("80190000"));
      }
    }
    List<String> lines = Files.readAllLines(counters);
    assertEquals(8, lines.size());
    assertTrue(lines.get(1).contains("\"sw\":null"), lines.get(1));
  }

  @Test
  void theStateSurvivesAKill() throws Exception {
    Path state = directory.resolve("card");
    try (SimulatorProcess simulator = memoryCard("--state", state.toString());
        Reader reader = Reader.connect(simulator.port())) {
      reader.exchange(SELECT);
      assertEquals("9000", reader.exchange(WRITE));
      try (SimulatorProcess second = memoryCard("--state", state.toString())) {
        assertNull(second.line());
        assertEquals(2, second.exitCode());
        assertTrue(second.errors().contains("in use by another simulator"));
      }
    }
    try (SimulatorProcess simulator = memoryCard("--state", state.toString());
        Reader reader = Reader.connect(simulator.port())) {
      reader.exchange(SELECT);
      assertEquals("91C7", reader.exchange(STATE));
    }
  }

  @Test
  void aDetachedOneStaysAndTakesControlLinesOnAPort() throws Exception {
    try (SimulatorProcess simulator =
        SimulatorProcess.start("--listen", "0", "--detached", "--control", "0")) {
      String control = simulator.line();
      assertTrue(control.startsWith("control "), control);
      int port = simulator.port();
      simulator.closeInput();
      try (Reader reader = Reader.connect(port)) {
        assertTrue(reader.exchange(SELECT_KEYCARD).endsWith("9000"));
      }
      assertTrue(simulator.isAlive());
      try (java.net.Socket socket =
          new java.net.Socket("127.0.0.1", Integer.parseInt(control.substring(8)))) {
        socket.getOutputStream().write("counters\nquit\n".getBytes());
        byte[] answer = socket.getInputStream().readNBytes(20);
        assertEquals("{\"command\":\"00A40400", new String(answer));
      }
      assertEquals(0, simulator.exitCode());
    }
  }
}
