package keyfence.simulator.memory;

import java.lang.reflect.Array;
import java.util.Random;

/** A range of an array as it was. */
final class ArrayUndo implements Undo {
  private final Object array;
  private final int offset;
  private final Object old;

  private ArrayUndo(Object array, int offset, Object old) {
    this.array = array;
    this.offset = offset;
    this.old = old;
  }

  /** Notes the present content of a range of a byte, short, boolean, int or reference array. */
  static ArrayUndo of(Object array, int offset, int length) {
    Object old = Array.newInstance(array.getClass().getComponentType(), length);
    System.arraycopy(array, offset, old, 0, length);
    return new ArrayUndo(array, offset, old);
  }

  /** The range as it was in an earlier copy of the whole array. */
  static ArrayUndo fromCopy(Object array, Object copy, int offset, int length) {
    Object old = Array.newInstance(array.getClass().getComponentType(), length);
    System.arraycopy(copy, offset, old, 0, length);
    return new ArrayUndo(array, offset, old);
  }

  @Override
  public void undo() {
    System.arraycopy(old, 0, array, offset, Array.getLength(old));
  }

  /** The first half may be anything, the second half is as it was. */
  @Override
  public void tear(Random garbage) {
    undo();
    if (array instanceof byte[] bytes) {
      byte[] noise = new byte[(Array.getLength(old) + 1) / 2];
      garbage.nextBytes(noise);
      System.arraycopy(noise, 0, bytes, offset, noise.length);
    }
  }
}
