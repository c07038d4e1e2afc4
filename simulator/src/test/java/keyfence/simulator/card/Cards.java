package keyfence.simulator.card;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Cards of the small applets in {@code keyfence.simulator.cards}, which are instrumented here as
 * they are loaded.
 */
public final class Cards {
  private static CardClassSet classes;

  private Cards() {}

  static synchronized CardClassSet classes() {
    if (classes == null) {
      try {
        Path root =
            Path.of(Cards.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        classes = CardClassSet.load(root.resolve("keyfence/simulator/cards"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    return classes;
  }

  /** The AID of the n-th applet of a card. */
  public static byte[] aid(int n) {
    return new byte[] {(byte) 0xF0, 0x6B, 0x66, 0x74, 0x65, 0x73, 0x74, (byte) n};
  }

  /** A card with these applets; the first one is selected. */
  public static SimulatedCard with(String... applets) {
    return builder(applets);
  }

  /** The same, repeating with a seed. */
  public static SimulatedCard seeded(long seed, String... applets) {
    SimulatedCard card =
        SimulatedCard.builder().seed(seed).classes(classes()).applets(specs(applets)).build();
    select(card, 0);
    return card;
  }

  private static SimulatedCard builder(String... applets) {
    SimulatedCard card = SimulatedCard.builder().classes(classes()).applets(specs(applets)).build();
    select(card, 0);
    return card;
  }

  static List<AppletSpec> specs(String... applets) {
    List<AppletSpec> specs = new ArrayList<>();
    for (String applet : applets) {
      specs.add(
          new AppletSpec("keyfence.simulator.cards." + applet, aid(specs.size()), new byte[0]));
    }
    return specs;
  }

  /** Selects the n-th applet and says with which status word. */
  public static int select(SimulatedCard card, int n) {
    byte[] aid = aid(n);
    byte[] command = new byte[5 + aid.length];
    command[1] = (byte) 0xA4;
    command[2] = 4;
    command[4] = (byte) aid.length;
    System.arraycopy(aid, 0, command, 5, aid.length);
    return status(card.transmit(command));
  }

  /** Sends a command in hexadecimal and returns the answer in hexadecimal. */
  public static String send(SimulatedCard card, String command) {
    return Hex.encode(card.transmit(Hex.decode(command)));
  }

  /** The status word of an answer. */
  public static int status(byte[] answer) {
    return (answer[answer.length - 2] & 0xff) << 8 | answer[answer.length - 1] & 0xff;
  }
}
