package keyfence.simulator.memory;

import java.util.Random;

/** How to put back what one persistent write changed. */
interface Undo {
  /** Puts the old content back. */
  void undo();

  /**
   * Leaves what a write leaves behind that lost its power half way; where the write is atomic, the
   * old content.
   */
  default void tear(Random garbage) {
    undo();
  }
}
