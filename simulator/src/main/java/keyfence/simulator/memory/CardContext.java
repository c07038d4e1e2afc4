package keyfence.simulator.memory;

import java.lang.reflect.Array;
import javacard.framework.APDU;
import keyfence.simulator.count.Counters;
import keyfence.simulator.count.Trace;
import keyfence.simulator.random.RandomSource;

/** Everything of one card that the hooks need, found through the thread that runs it. */
public final class CardContext {
  private static final ThreadLocal<CardContext> CURRENT = new ThreadLocal<>();

  private final Journal journal = new Journal();
  private final TransientStore transients = new TransientStore();
  private final Counters counters = new Counters();
  private final Trace trace = new Trace();
  private final Allocation allocation = new Allocation(counters);
  private RandomSource random;
  private Object[] buffers = {};
  private CardFields fields = new CardFields(CardContext.class.getClassLoader());

  /** A card that draws from the given source. */
  public CardContext(RandomSource random) {
    this.random = random;
  }

  /** The card that runs on this thread, null outside a card. */
  public static CardContext current() {
    return CURRENT.get();
  }

  /** Makes this the card of the thread. */
  public void enter() {
    CURRENT.set(this);
  }

  /** Names the APDU buffers, which are transient without being in any list. */
  public void setBuffers(APDU... apdus) {
    buffers = new Object[apdus.length];
    for (int i = 0; i < apdus.length; i++) {
      buffers[i] = apdus[i].getBuffer();
    }
  }

  /** Whether an array survives a loss of power. */
  public boolean isPersistent(Object array) {
    for (Object buffer : buffers) {
      if (buffer == array) {
        return false;
      }
    }
    return transients.isTransient(array) == 0;
  }

  /**
   * Notes the write of a range of an array that is about to happen; ranges outside are left to the
   * write itself.
   */
  public void beforeWrite(Object array, int offset, int length, int width, Journal.Kind kind) {
    if (array == null || !journal.isActive() || length <= 0 || offset < 0) {
      return;
    }
    if (offset + length <= Array.getLength(array) && isPersistent(array)) {
      journal.before(ArrayUndo.of(array, offset, length), length * width, kind);
      trace.write(array, offset, length);
    }
  }

  /** Notes the write of a field, static when there is no object. */
  public void beforeFieldWrite(Object object, String owner, String field, int bytes) {
    if (journal.isActive()) {
      journal.before(
          FieldUndo.of(object, fields.find(object, owner, field)), bytes, Journal.Kind.CONDITIONAL);
      trace.add(Trace.Kind.WRITE, object, owner + "." + field);
    }
  }

  /** Tells where the card's classes come from, for their fields. */
  public void setClassLoader(ClassLoader loader) {
    fields = new CardFields(loader);
  }

  /** The card's persistent writes. */
  public Journal journal() {
    return journal;
  }

  /** The card's transient memory. */
  public TransientStore transients() {
    return transients;
  }

  /** What is counted. */
  public Counters counters() {
    return counters;
  }

  /** What happened in which order. */
  public Trace trace() {
    return trace;
  }

  /** What is allocated. */
  public Allocation allocation() {
    return allocation;
  }

  /** The card's randomness. */
  public RandomSource random() {
    return random;
  }

  /** Replaces the card's randomness, for instance by what a state file says. */
  public void setRandom(RandomSource random) {
    this.random = random;
  }
}
