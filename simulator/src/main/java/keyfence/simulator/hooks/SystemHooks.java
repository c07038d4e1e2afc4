package keyfence.simulator.hooks;

import javacard.framework.JCSystem;
import keyfence.simulator.memory.CardContext;

/** Allocation, by instruction and by {@code JCSystem}. */
public final class SystemHooks {
  private SystemHooks() {}

  /** Before an array of the applet's own is made: it is persistent. */
  public static void newArray(int length, int width) {
    CardContext card = CardContext.current();
    if (card != null && length >= 0) {
      card.allocation().persistent(length * width);
    }
  }

  /** Before an object of the applet's own is made. */
  public static void newObject(String type, int bytes) {
    CardContext card = CardContext.current();
    if (card != null) {
      card.allocation().persistent(bytes);
    }
  }

  private static void transientArray(int length, int width) {
    CardContext card = CardContext.current();
    if (card != null && length >= 0) {
      card.allocation().transientBytes(length * width);
    }
  }

  /** Counted. */
  @Redirect("javacard/framework/JCSystem.makeTransientByteArray")
  public static byte[] makeTransientByteArray(short length, byte event) {
    transientArray(length, 1);
    return JCSystem.makeTransientByteArray(length, event);
  }

  /** Counted. */
  @Redirect("javacard/framework/JCSystem.makeTransientBooleanArray")
  public static boolean[] makeTransientBooleanArray(short length, byte event) {
    transientArray(length, 1);
    return JCSystem.makeTransientBooleanArray(length, event);
  }

  /** Counted. */
  @Redirect("javacard/framework/JCSystem.makeTransientShortArray")
  public static short[] makeTransientShortArray(short length, byte event) {
    transientArray(length, 2);
    return JCSystem.makeTransientShortArray(length, event);
  }

  /** Counted. */
  @Redirect("javacard/framework/JCSystem.makeTransientObjectArray")
  public static Object[] makeTransientObjectArray(short length, byte event) {
    transientArray(length, 2);
    return JCSystem.makeTransientObjectArray(length, event);
  }
}
