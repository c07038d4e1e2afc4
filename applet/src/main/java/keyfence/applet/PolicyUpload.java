// The upload of a policy that is under way. Transient: a cut, a reset or a deselection drops it.
package keyfence.applet;

import javacard.framework.JCSystem;

/**
 * Counts the blocks and bytes of an upload; the bytes themselves are staged in the inactive bank.
 */
final class PolicyUpload {
  private static final byte NEXT_BLOCK = 0;
  private static final byte RECEIVED = 1;

  /** The block that has to come next, 0 when none is under way; bytes received so far. */
  private final short[] state;

  PolicyUpload() {
    state = JCSystem.makeTransientShortArray((short) 2, JCSystem.CLEAR_ON_DESELECT);
  }

  /** Forgets what came so far. */
  void drop() {
    state[NEXT_BLOCK] = 0;
    state[RECEIVED] = 0;
  }

  /** The number that the next block must have; 0 is always right besides. */
  short nextBlock() {
    return state[NEXT_BLOCK];
  }

  short received() {
    return state[RECEIVED];
  }

  /** Notes a block that has been staged. */
  void advance(short block, short received) {
    state[NEXT_BLOCK] = (short) (block + 1);
    state[RECEIVED] = received;
  }
}
