package keyfence.simulator.memory;

import javacard.framework.SystemException;
import keyfence.simulator.count.Counters;

/** Counts what a card's classes allocate, and refuses it when told to. */
public final class Allocation {
  private final Counters counters;
  private boolean refused;

  Allocation(Counters counters) {
    this.counters = counters;
  }

  /** From now on every allocation is refused, or no longer. */
  public void refuse(boolean refuse) {
    this.refused = refuse;
  }

  /** Counts an allocation of persistent memory, or refuses it. */
  public void persistent(int bytes) {
    check();
    counters.allocations++;
    counters.allocatedBytes += bytes;
    counters.persistentTotal += bytes;
  }

  /** Counts an allocation of transient memory, or refuses it. */
  public void transientBytes(int bytes) {
    check();
    counters.allocations++;
    counters.transientBytes += bytes;
    counters.transientTotal += bytes;
  }

  private void check() {
    if (refused) {
      SystemException.throwIt(SystemException.NO_RESOURCE);
    }
  }
}
