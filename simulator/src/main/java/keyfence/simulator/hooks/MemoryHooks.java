package keyfence.simulator.hooks;

import javacard.framework.Util;
import keyfence.simulator.count.Trace;
import keyfence.simulator.memory.CardContext;
import keyfence.simulator.memory.Journal.Kind;

/** Writes to arrays and fields, by instruction and by {@code Util}. */
public final class MemoryHooks {
  private MemoryHooks() {}

  private static void before(Object array, int offset, int length, int width, Kind kind) {
    CardContext card = CardContext.current();
    if (card != null) {
      card.beforeWrite(array, offset, length, width, kind);
    }
  }

  /** {@code bastore}, which stores bytes and booleans. */
  public static void storeByte(Object array, int index, int value) {
    before(array, index, 1, 1, Kind.CONDITIONAL);
    if (array instanceof boolean[] booleans) {
      booleans[index] = (value & 1) != 0;
    } else {
      ((byte[]) array)[index] = (byte) value;
    }
  }

  /** {@code sastore}. */
  public static void storeShort(short[] array, int index, int value) {
    before(array, index, 1, 2, Kind.CONDITIONAL);
    array[index] = (short) value;
  }

  /** {@code iastore}. */
  public static void storeInt(int[] array, int index, int value) {
    before(array, index, 1, 4, Kind.CONDITIONAL);
    array[index] = value;
  }

  /** {@code aastore}. */
  public static void storeReference(Object[] array, int index, Object value) {
    before(array, index, 1, 2, Kind.CONDITIONAL);
    array[index] = value;
  }

  /** Before {@code putfield} and, with no object, {@code putstatic}. */
  public static void beforeField(Object object, String owner, String field, int bytes) {
    CardContext card = CardContext.current();
    if (card != null) {
      card.beforeFieldWrite(object, owner, field, bytes);
    }
  }

  /** An atomic copy. */
  @Redirect("javacard/framework/Util.arrayCopy")
  public static short arrayCopy(
      byte[] from, short fromOffset, byte[] to, short toOffset, short length) {
    checkRange(from, fromOffset, length);
    before(to, toOffset, length, 1, Kind.CONDITIONAL);
    return Util.arrayCopy(from, fromOffset, to, toOffset, length);
  }

  /** A copy that a loss of power leaves undefined and an abort does not take back. */
  @Redirect("javacard/framework/Util.arrayCopyNonAtomic")
  public static short arrayCopyNonAtomic(
      byte[] from, short fromOffset, byte[] to, short toOffset, short length) {
    checkRange(from, fromOffset, length);
    before(to, toOffset, length, 1, Kind.NON_ATOMIC);
    return Util.arrayCopyNonAtomic(from, fromOffset, to, toOffset, length);
  }

  /** A fill that a loss of power leaves undefined and an abort does not take back. */
  @Redirect("javacard/framework/Util.arrayFillNonAtomic")
  public static short arrayFillNonAtomic(byte[] array, short offset, short length, byte value) {
    before(array, offset, length, 1, Kind.NON_ATOMIC);
    if (length == 0) {
      // jCardSim reads array[offset] even then; a card fills nothing at the very end without
      // complaint.
      checkRange(array, offset, length);
      return offset;
    }
    return Util.arrayFillNonAtomic(array, offset, length, value);
  }

  /** Two bytes at once. */
  @Redirect("javacard/framework/Util.setShort")
  public static short setShort(byte[] array, short offset, short value) {
    before(array, offset, 2, 1, Kind.CONDITIONAL);
    return Util.setShort(array, offset, value);
  }

  /** A comparison, noted so that a test can see whether a try was counted before it. */
  @Redirect("javacard/framework/Util.arrayCompare")
  public static byte arrayCompare(byte[] a, short aOffset, byte[] b, short bOffset, short length) {
    CardContext card = CardContext.current();
    if (card != null && a != null && b != null) {
      if (card.isPersistent(a)) {
        card.trace().add(Trace.Kind.COMPARE, a, "arrayCompare");
      } else if (card.isPersistent(b)) {
        card.trace().add(Trace.Kind.COMPARE, b, "arrayCompare");
      }
    }
    return Util.arrayCompare(a, aOffset, b, bOffset, length);
  }

  private static void checkRange(byte[] array, short offset, short length) {
    if (offset < 0 || length < 0 || offset + length > array.length) {
      throw new ArrayIndexOutOfBoundsException();
    }
  }
}
