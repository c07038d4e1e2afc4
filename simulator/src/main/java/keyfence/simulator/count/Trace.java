package keyfence.simulator.count;

import java.util.ArrayList;
import java.util.List;

/**
 * The order of what matters for safety within one command: writes, comparisons, PIN checks. Off
 * unless asked for.
 */
public final class Trace {
  /** What happened. */
  public enum Kind {
    /** A persistent array or field was written. */
    WRITE,
    /** Two arrays were compared, one of them persistent. */
    COMPARE,
    /** A platform PIN counted a try. */
    PIN_TRY,
    /** A platform PIN was compared. */
    PIN_COMPARE
  }

  /** One event; the object is the array, field owner or PIN. */
  public record Event(Kind kind, Object object, String detail) {}

  private List<Event> events;

  /** Starts a new trace. */
  public void start() {
    events = new ArrayList<>();
  }

  /** The events since the start, which also ends the trace. */
  public List<Event> stop() {
    List<Event> seen = events == null ? List.of() : List.copyOf(events);
    events = null;
    return seen;
  }

  /** A range of an array was written. */
  public void write(Object array, int offset, int length) {
    if (events != null) {
      events.add(new Event(Kind.WRITE, array, offset + "+" + length));
    }
  }

  /** Notes an event. */
  public void add(Kind kind, Object object, String detail) {
    if (events != null) {
      events.add(new Event(kind, object, detail));
    }
  }

  /**
   * Whether something persistent was compared before anything was written: of a command that checks
   * a secret it says that a try was counted too late, so that cutting the power after the
   * comparison makes the try free.
   */
  public static boolean comparedBeforeWriting(List<Event> events) {
    for (Event event : events) {
      switch (event.kind()) {
        case WRITE, PIN_TRY -> {
          return false;
        }
        case COMPARE, PIN_COMPARE -> {
          return true;
        }
      }
    }
    return false;
  }
}
