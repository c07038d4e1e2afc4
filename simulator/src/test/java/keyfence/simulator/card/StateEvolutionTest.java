package keyfence.simulator.card;

import static keyfence.simulator.card.Cards.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import keyfence.simulator.state.StateException;
import keyfence.simulator.state.StateFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An applet that changes between saving and loading: fields that come, fields and classes that go.
 */
class StateEvolutionTest {
  private static final String FIRST =
      """
      package evolving;
      import javacard.framework.*;
      public class Wallet extends Applet {
        static short selections;
        final byte[] secret = new byte[4];
        final Counter counter = new Counter();
        final Old old = new Old();
        public static void install(byte[] b, short o, byte l) { new Wallet().register(); }
        public void process(APDU apdu) {
          byte[] b = apdu.getBuffer();
          if (selectingApplet()) { selections++; return; }
          counter.count++;
          if (b[1] == 1) { apdu.setIncomingAndReceive(); Util.arrayCopy(b, (short) 5, secret, (short) 0, (short) 4); return; }
          Util.arrayCopyNonAtomic(secret, (short) 0, b, (short) 0, (short) 4);
          Util.setShort(b, (short) 4, counter.count);
          Util.setShort(b, (short) 6, selections);
          apdu.setOutgoingAndSend((short) 0, (short) 8);
        }
      }
      class Counter { short count; }
      class Old { short[] unused = {1, 2}; }
      """;
  private static final String SECOND =
      """
      package evolving;
      import javacard.framework.*;
      public class Wallet extends Applet {
        static short selections;
        static byte[] table = {7, 7};
        final byte[] secret = new byte[4];
        final Counter counter = new Counter();
        final Audit audit = new Audit(counter, secret);
        public static void install(byte[] b, short o, byte l) { new Wallet().register(); }
        public void process(APDU apdu) {
          byte[] b = apdu.getBuffer();
          if (selectingApplet()) { selections++; return; }
          counter.count++;
          Util.arrayCopyNonAtomic(audit.of, (short) 0, b, (short) 0, (short) 4);
          Util.setShort(b, (short) 4, audit.counter.count);
          Util.setShort(b, (short) 6, selections);
          b[8] = counter.step;
          b[9] = audit.limits[1];
          b[10] = table[0];
          audit.seen[0] = 1;
          b[11] = JCSystem.isTransient(audit.seen);
          apdu.setOutgoingAndSend((short) 0, (short) 12);
        }
      }
      class Counter { short count; byte step = 3; }
      class Audit {
        final Counter counter; final byte[] of; final byte[] limits = {5, 6};
        final byte[] seen = JCSystem.makeTransientByteArray((short) 2, JCSystem.CLEAR_ON_RESET);
        Audit(Counter counter, byte[] of) { this.counter = counter; this.of = of; }
      }
      """;
  private static final String THIRD =
      """
      package evolving;
      import javacard.framework.*;
      public class Wallet extends Applet {
        final short[] secret = new short[4];
        public static void install(byte[] b, short o, byte l) { new Wallet().register(); }
        public void process(APDU apdu) { }
      }
      """;

  @TempDir Path directory;

  private SimulatedCard.Builder builder(String name, String source) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(name));
    Path file = folder.resolve("Wallet.java");
    Files.writeString(file, source);
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                path,
                "-d",
                folder.toString(),
                file.toString());
    assertEquals(0, status);
    AppletSpec spec = new AppletSpec("evolving.Wallet", Cards.aid(0), new byte[0]);
    return SimulatedCard.builder().classes(CardClassSet.load(folder)).applets(List.of(spec));
  }

  private StateFile file() throws IOException {
    return StateFile.open(directory.resolve("state"));
  }

  @Test
  void anOlderCardGainsWhatIsNewAndKeepsWhatItHad() throws IOException {
    SimulatedCard old = builder("first", FIRST).build();
    Cards.select(old, 0);
    send(old, "8001000004A1A2A3A4");
    assertEquals("A1A2A3A4000200019000", send(old, "80020000"));
    try (StateFile file = file()) {
      old.save(file);
      SimulatedCard now = builder("second", SECOND).load(file);
      Cards.select(now, 0);
      // The new object refers to the stored secret and the stored counter; what else is new is as
      // on a fresh card.
      String answer = send(now, "80020000");
      assertEquals("A1A2A3A4" + "0003" + "0002" + "00" + "06" + "07" + "01" + "9000", mask(answer));
      now.save(file);
      SimulatedCard again = builder("again", SECOND).load(file);
      Cards.select(again, 0);
      assertEquals("A1A2A3A4" + "0004" + "0003", send(again, "80020000").substring(0, 16));
    }
  }

  /** A new number in a stored object is what a fresh one has. */
  private static String mask(String answer) {
    assertEquals("03", answer.substring(16, 18));
    return answer.substring(0, 16) + "00" + answer.substring(18);
  }

  @Test
  void aFieldOfAnotherTypeIsAnError() throws IOException {
    SimulatedCard old = builder("first", FIRST).build();
    try (StateFile file = file()) {
      old.save(file);
      SimulatedCard.Builder third = builder("third", THIRD);
      StateException e = assertThrows(StateException.class, () -> third.load(file));
      assertTrue(
          e.getMessage().contains("secret") && e.getMessage().contains("another type"),
          e.getMessage());
    }
  }
}
