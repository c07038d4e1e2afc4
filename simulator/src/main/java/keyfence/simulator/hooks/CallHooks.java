package keyfence.simulator.hooks;

import keyfence.simulator.memory.CardContext;

/** Called at the start and the ends of every method of a card's classes. */
public final class CallHooks {
  private CallHooks() {}

  /** A method with a frame of so many bytes starts. */
  public static int enter(int bytes) {
    CardContext card = CardContext.current();
    return card == null ? 0 : card.counters().enter(bytes);
  }

  /** A handler of the method starts. */
  public static void caught(int before, int bytes) {
    CardContext card = CardContext.current();
    if (card != null) {
      card.counters().caught(before, bytes);
    }
  }

  /** The method returns. */
  public static void leave(int before) {
    CardContext card = CardContext.current();
    if (card != null) {
      card.counters().leave(before);
    }
  }
}
