// The real applets in a plain jCardSim, with classes of their own.
package keyfence.testkit;

import com.licel.jcardsim.base.Simulator;
import com.licel.jcardsim.base.SimulatorRuntime;
import java.util.ArrayList;
import java.util.List;
import javacard.framework.AID;
import javacard.framework.Applet;

/** One card with the applets that were asked for. */
public final class SimCard implements Plug {
  public static final String KEYCARD = "A00000080400010101";
  public static final String NDEF = "D2760000850101";
  public static final String CASH = "A00000080400010301";
  public static final String IDENT = "A00000080400010401";

  private final OpenRuntime runtime = new OpenRuntime();
  private final Simulator simulator = new Simulator(runtime);
  private final ClassLoader classes;

  public SimCard() {
    this(true);
  }

  /** A card with or without an engine for HMAC-SHA-512. */
  public SimCard(boolean hmac) {
    classes = new FreshClasses(hmac);
  }

  /** A card with the applets of this loader, broken ones perhaps; one loader for one card. */
  public SimCard(ClassLoader classes) {
    this.classes = classes;
  }

  /** A card with the Keycard applet and these install parameters. */
  public static SimCard keycard(byte[] parameters) {
    return new SimCard().install(KEYCARD, "KeycardApplet", parameters);
  }

  /** Installs an applet of the package under an instance AID, with application data. */
  public SimCard install(String aid, String className, byte[] parameters) {
    byte[] a = Hex.hex(aid);
    byte[] data =
        Hex.join(Hex.bytes(a.length), a, Hex.bytes(1, 0), Hex.bytes(parameters.length), parameters);
    return installRaw(aid, className, data);
  }

  /** Installs with install data as they are. */
  public SimCard installRaw(String aid, String className, byte[] data) {
    byte[] a = Hex.hex(aid);
    try {
      Class<? extends Applet> c =
          classes.loadClass("keyfence.applet." + className).asSubclass(Applet.class);
      simulator.installApplet(
          new AID(a, (short) 0, (byte) a.length), c, data, (short) 0, (byte) data.length);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  /** Takes power away and gives it back. */
  public void reset() {
    simulator.reset();
  }

  @Override
  public byte[] transmit(byte[] apdu) {
    return simulator.transmitCommand(apdu);
  }

  /** The installed applets' objects. */
  List<Object> applets() {
    return runtime.installed();
  }

  /** The buffer of short APDUs, as the last command left it. */
  byte[] apduBuffer() {
    return runtime.buffer();
  }

  /** A class of this card. */
  Class<?> loaded(String className) {
    try {
      return classes.loadClass("keyfence.applet." + className);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** Shows what the runtime keeps to itself. */
  private static final class OpenRuntime extends SimulatorRuntime {
    List<Object> installed() {
      List<Object> all = new ArrayList<>();
      applets.values().forEach(instance -> all.add(instance.getApplet()));
      return all;
    }

    byte[] buffer() {
      return shortAPDU.getBuffer();
    }
  }
}
