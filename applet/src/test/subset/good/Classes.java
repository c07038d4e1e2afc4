package sample;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.CardRuntimeException;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Shareable;
import javacard.framework.Util;

public class Classes extends Applet implements Shareable {
  interface Named {
    byte NUMBER = 5;
    short OTHER = (short) 0x8000;

    boolean is(Object other);
  }

  static class Failure extends CardRuntimeException {
    Failure(short reason) {
      super(reason);
    }
  }

  static final class Box<T> {
    private T held;

    T get() {
      return held;
    }

    void set(T value) {
      held = value;
    }
  }

  class Inner implements Named {
    @Override
    public boolean is(Object other) {
      return other.equals(held) && other != Classes.this;
    }
  }

  private final Object[] arrays = new Object[3];
  private Object held;
  private final Box<byte[]> box = new Box<byte[]>();

  Classes() {
    arrays[0] = JCSystem.makeTransientByteArray((short) 4, JCSystem.CLEAR_ON_RESET);
    arrays[1] = new byte[5];
    box.set((byte[]) arrays[1]);
    register();
  }

  public static void install(byte[] b, short off, byte len) {
    new Classes();
  }

  Named named(final byte captured) {
    return new Named() {
      @Override
      public boolean is(Object other) {
        return other == held && captured == NUMBER;
      }
    };
  }

  @Override
  public void process(APDU apdu) {
    byte[] array = (byte[]) arrays[0];
    try {
      Util.arrayCopyNonAtomic(box.get(), (short) 0, array, (short) 0, (short) 4);
      if (array[0] == 7) {
        throw new Failure(ISO7816.SW_UNKNOWN);
      }
    } catch (Failure e) {
      ISOException.throwIt(e.getReason());
    } catch (ArrayIndexOutOfBoundsException e) {
      array[0] |= 4;
    } finally {
      array[1] = 0;
    }
  }
}
