package keyfence.simulator.hooks;

import javacard.framework.OwnerPIN;
import javacard.framework.PIN;
import keyfence.simulator.count.Trace;
import keyfence.simulator.memory.CallFrame;
import keyfence.simulator.memory.CardContext;
import keyfence.simulator.memory.PinTries;

/** PINs of the platform: their counters take part in no transaction, their values do. */
public final class PinHooks {
  private PinHooks() {}

  /**
   * A presentation: the try is counted, then the comparison, then, if right, the counter goes back
   * up.
   */
  @Redirect(
      value = {"javacard/framework/OwnerPIN.check", "javacard/framework/PIN.check"},
      instance = true)
  public static boolean check(PIN pin, byte[] value, short offset, byte length) {
    CardContext card = CardContext.current();
    if (card == null || !(pin instanceof OwnerPIN owner)) {
      return pin.check(value, offset, length);
    }
    card.counters().pinChecks++;
    PinTries tries = new PinTries(card);
    byte before = owner.getTriesRemaining();
    if (before > 0) {
      tries.beforeWrite(owner);
      card.trace().add(Trace.Kind.PIN_TRY, owner, "");
    }
    card.trace().add(Trace.Kind.PIN_COMPARE, owner, "");
    boolean right;
    try {
      right = owner.check(value, offset, length);
    } catch (RuntimeException e) {
      throw Exceptions.asOnCard(e);
    }
    if (right) {
      tries.counterRestored(owner, (byte) (before - 1));
    }
    return right;
  }

  /** Back to the limit, if the PIN was right. */
  @Redirect(
      value = {"javacard/framework/OwnerPIN.reset", "javacard/framework/PIN.reset"},
      instance = true)
  public static void reset(PIN pin) {
    CardContext card = CardContext.current();
    if (card != null && pin instanceof OwnerPIN owner && owner.isValidated()) {
      new PinTries(card).beforeWrite(owner);
    }
    pin.reset();
  }

  /** Back to the limit in any case. */
  @Redirect(value = "javacard/framework/OwnerPIN.resetAndUnblock", instance = true)
  public static void resetAndUnblock(OwnerPIN pin) {
    CardContext card = CardContext.current();
    if (card != null) {
      new PinTries(card).beforeWrite(pin);
    }
    pin.resetAndUnblock();
  }

  /** A new value: part of a transaction like any other write, counter included. */
  @Redirect(value = "javacard/framework/OwnerPIN.update", instance = true)
  public static void update(OwnerPIN pin, byte[] value, short offset, byte length) {
    CallFrame frame = CallFrame.before(pin);
    try {
      pin.update(value, offset, length);
    } catch (RuntimeException e) {
      throw frame.failed(e);
    }
    frame.after();
  }
}
