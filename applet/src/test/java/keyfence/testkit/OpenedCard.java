// A card whose applet is open to the test: fields and methods by name, and random bytes by order.
package keyfence.testkit;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import javacard.security.RandomData;

/** Reaches through the class loader that the card's classes have to themselves. */
public class OpenedCard {
  public final SimCard card = SimCard.keycard(new byte[0]);

  /** The only applet's dispatcher. */
  protected final Object dispatcher() {
    return field(card.applets().get(0), "dispatcher");
  }

  /** What a private field holds. */
  protected static Object field(Object object, String name) {
    try {
      return open(object.getClass(), name).get(object);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Field open(Class<?> c, String name) throws NoSuchFieldException {
    Field field = c.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /** Calls the only method of this name. */
  protected static Object call(Object object, String name, Object... arguments) {
    for (Method method : object.getClass().getDeclaredMethods()) {
      if (method.getName().equals(name)) {
        method.setAccessible(true);
        try {
          return method.invoke(object, arguments);
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError(name);
  }

  /** The next bytes that the applet takes for random are these, and exactly these. */
  public final void random(byte[] next) {
    try {
      Field random = open(card.loaded("Crypto"), "random");
      random.set(null, new Given(next, random, (RandomData) random.get(null)));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Gives its bytes once and puts the real source back. */
  private static final class Given extends RandomData {
    private final byte[] next;
    private final Field random;
    private final RandomData real;

    Given(byte[] next, Field random, RandomData real) {
      this.next = next;
      this.random = random;
      this.real = real;
    }

    @Override
    public void generateData(byte[] b, short off, short len) {
      if (len != next.length) {
        throw new AssertionError(len + " bytes asked for, not " + Arrays.toString(next));
      }
      System.arraycopy(next, 0, b, off, len);
      try {
        random.set(null, real);
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public short nextBytes(byte[] b, short off, short len) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setSeed(byte[] b, short off, short len) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte getAlgorithm() {
      return ALG_SECURE_RANDOM;
    }
  }
}
