package keyfence.simulator.card;

import com.licel.jcardsim.base.SimulatorRuntime.ApplicationInstance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javacard.framework.AID;
import javacard.framework.Applet;
import keyfence.simulator.count.Counters;
import keyfence.simulator.count.Trace;
import keyfence.simulator.describe.CardDescription;
import keyfence.simulator.describe.Personaliser;
import keyfence.simulator.memory.CardContext;
import keyfence.simulator.memory.PowerLoss;
import keyfence.simulator.memory.Snapshot;
import keyfence.simulator.random.RandomSource;
import keyfence.simulator.state.CardImage;
import keyfence.simulator.state.CardState;
import keyfence.simulator.state.StateException;
import keyfence.simulator.state.StateFile;

/**
 * One card: applets with memory, power and randomness of their own. Not for several threads at a
 * time; several cards may live in one process.
 */
public final class SimulatedCard {
  private final CardContext context;
  private final CardRuntime runtime;
  private final CardClassSet classes;
  private final StaticImage statics;
  private boolean powered = true;
  private long randomTaken;

  private SimulatedCard(RandomSource random, CardClassSet classes) {
    this.context = new CardContext(random);
    this.classes = classes;
    this.statics = classes.freshStatics();
    this.runtime = new CardRuntime(context);
    context.setClassLoader(classes.loader());
    runtime.changeProtocol(javacard.framework.APDU.PROTOCOL_T1);
  }

  /** A card to be described. */
  public static Builder builder() {
    return new Builder();
  }

  /** The card of a description, for instance of a file in TOML: with PINs, keys, policy. */
  public static SimulatedCard described(CardDescription description) {
    return described(description, builder());
  }

  /** The same, with what else the builder was told. */
  public static SimulatedCard described(CardDescription description, Builder builder) {
    Personaliser personaliser = new Personaliser(description);
    personaliser.prepare(builder);
    SimulatedCard card = builder.build();
    personaliser.personalise(card);
    return card;
  }

  /** A fresh Keyfence card with the system's randomness, as it leaves the issuer. */
  public static SimulatedCard fresh() {
    return builder().build();
  }

  private void enter() {
    classes.activate(statics);
    runtime.enter();
  }

  private void install(AppletSpec spec) {
    Class<?> type = classes.find(spec.className());
    if (type == null) {
      throw new IllegalArgumentException(
          "no class " + spec.className() + " among the card's classes");
    }
    enter();
    AID aid = new AID(spec.instanceAid(), (short) 0, (byte) spec.instanceAid().length);
    byte[] data = spec.installData();
    runtime.loadApplet(aid, type.asSubclass(Applet.class));
    try {
      runtime.installApplet(aid, data, (short) 0, (byte) data.length);
    } catch (RuntimeException e) {
      throw new InstallationException(spec, e);
    }
  }

  /**
   * Sends a command.
   *
   * @return the answer's data and status word
   * @throws PowerLostException when the power was cut: no answer
   */
  public byte[] transmit(byte[] command) {
    if (!powered) {
      throw new PowerLostException();
    }
    enter();
    context.counters().clear();
    long writes = context.journal().writes();
    long bytes = context.journal().bytes();
    try {
      return runtime.transmitCommand(command);
    } catch (PowerLoss e) {
      powered = false;
      throw new PowerLostException();
    } finally {
      context.counters().persistentWrites = context.journal().writes() - writes;
      context.counters().persistentBytes = context.journal().bytes() - bytes;
    }
  }

  /** Takes the power away and gives it back: what a reset does, too. */
  public void powerUp() {
    enter();
    runtime.reset();
    powered = true;
  }

  /** Whether the card has power. */
  public boolean isPowered() {
    return powered;
  }

  /**
   * Cuts the power just before a persistent write, counted from now: 1 is the next one. A commit
   * counts as one.
   */
  public void cutPowerBefore(long write) {
    context.journal().cutAt(write, false);
  }

  /** Cuts the power half way through a persistent write; if that one is atomic, just before it. */
  public void cutPowerInside(long write) {
    context.journal().cutAt(write, true);
  }

  /** Forgets a cut that hasn't happened. */
  public void cancelCut() {
    context.journal().forgetCut();
  }

  /** What the last command did. */
  public Counters counters() {
    return context.counters();
  }

  /** The order of writes and comparisons, when started. */
  public Trace trace() {
    return context.trace();
  }

  /**
   * From now on refuses every allocation by the applets (SystemException.NO_RESOURCE), or no
   * longer.
   */
  public void refuseAllocation(boolean refuse) {
    context.allocation().refuse(refuse);
  }

  /** The card as it is now, to go back to. */
  public Snapshot snapshot() {
    enter();
    return new Snapshot(context, runtime.selected());
  }

  /** Puts the card back to what it was, powered, sessions and random source included. */
  public void restore(Snapshot snapshot) {
    enter();
    runtime.reset();
    context.journal().forgetCut();
    runtime.setSelected((AID) snapshot.restore(context));
    powered = true;
  }

  /** The card's objects, for a state file. */
  CardImage image() {
    enter();
    CardImage image = new CardImage();
    runtime
        .applets()
        .forEach(
            (aid, instance) -> image.applets.put(Hex.encode(bytes(aid)), instance.getApplet()));
    statics.save();
    statics.into(image.statics);
    image.persistentTotal = context.counters().persistentTotal;
    image.transientTotal = context.counters().transientTotal;
    image.randomKey = context.random().key();
    image.randomCounter = context.random().counter();
    return image;
  }

  private static byte[] bytes(AID aid) {
    byte[] bytes = new byte[16];
    return Arrays.copyOf(bytes, aid.getBytes(bytes, (short) 0));
  }

  /** Replaces the card's objects by those of an image. */
  private void adopt(CardImage image) {
    image.applets.forEach(
        (digits, applet) -> {
          byte[] aid = Hex.decode(digits);
          AID key = new AID(aid, (short) 0, (byte) aid.length);
          runtime.applets().put(key, new ApplicationInstance(key, (Applet) applet));
        });
    context.counters().persistentTotal = image.persistentTotal;
    context.counters().transientTotal = image.transientTotal;
    statics.from(image.statics);
    statics.install();
    if (image.randomKey != null) {
      context.setRandom(RandomSource.resumed(image.randomKey, image.randomCounter));
    }
  }

  /** The state as bytes: equal for cards that hold the same. */
  public byte[] encodedState() {
    return new CardState(context, classes.classes()).encode(image());
  }

  /** Whether a state file would differ from one written at the last call. */
  public boolean takeChanged() {
    long random = context.random().counter();
    boolean changed = context.journal().takeChanged() | random != randomTaken;
    randomTaken = random;
    return changed;
  }

  /** Writes the card's state into a file. */
  public void save(StateFile file) throws IOException {
    new CardState(context, classes.classes()).save(image(), file);
  }

  /** Answer to reset. */
  public byte[] atr() {
    return Atr.bytes();
  }

  /** Memory, power, randomness: for the state file and for the tests of the harness. */
  public CardContext context() {
    return context;
  }

  /** What {@link SimulatedCard#builder} fills in. */
  public static final class Builder {
    private RandomSource random = RandomSource.system();
    private CardClassSet classes;
    private List<AppletSpec> applets;
    private byte[] installParameters = new byte[0];
    private byte[] uid;

    /** Repeats with the seed; such a card protects nothing. */
    public Builder seed(long seed) {
      this.random = RandomSource.seeded(seed);
      return this;
    }

    /** The Keycard applet's install parameters. */
    public Builder installParameters(byte[] parameters) {
      this.installParameters = parameters.clone();
      return this;
    }

    /** A card UID (16 bytes) instead of a random one. */
    public Builder uid(byte[] uid) {
      this.uid = uid == null ? null : uid.clone();
      return this;
    }

    /** Other classes than those of the class path. */
    public Builder classes(CardClassSet classes) {
      this.classes = classes;
      return this;
    }

    /** Other applets than Keyfence's four. */
    public Builder applets(List<AppletSpec> applets) {
      this.applets = new ArrayList<>(applets);
      return this;
    }

    /** The card that a state file holds; null when there is no file yet. */
    public SimulatedCard load(StateFile file) throws IOException {
      CardClassSet set = classes == null ? CardClassSet.onClassPath() : classes;
      SimulatedCard card = new SimulatedCard(random, set);
      card.enter();
      Supplier<CardImage> fresh =
          () -> {
            SimulatedCard installed = build();
            CardImage image = installed.image();
            installed.context.transients().moveTo(card.context.transients());
            card.enter();
            return image;
          };
      CardImage image = new CardState(card.context, set.classes()).load(file, fresh);
      if (image == null) {
        return null;
      }
      try {
        card.adopt(image);
        card.context.journal().setActive(true);
        card.powerUp();
      } catch (RuntimeException e) {
        throw StateException.senseless(file, e);
      }
      return card;
    }

    /** Installs the applets. */
    public SimulatedCard build() {
      CardClassSet set = classes == null ? CardClassSet.onClassPath() : classes;
      SimulatedCard card = new SimulatedCard(random, set);
      List<AppletSpec> specs = applets == null ? Keyfence.applets(installParameters) : applets;
      for (AppletSpec spec : specs) {
        if (classes != null || set.find(spec.className()) != null) {
          card.install(spec);
        }
      }
      if (uid != null) {
        CardUid.set(card.runtime.applets().values(), uid);
      }
      card.context.journal().setActive(true);
      card.powerUp();
      return card;
    }
  }
}
