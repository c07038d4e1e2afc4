package keyfence.simulator.hooks;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the API calls of a card's class that are sent to the annotated static method instead.
 *
 * <p>Each name is {@code owner.method} with the owner's internal name. The parameters after the
 * receiver (for an instance method the hook's first parameter) have to be those of the call, so
 * that the descriptor needs no repeating.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Redirect {
  /** The redirected calls, for instance {@code javacard/framework/Util.arrayCopy}. */
  String[] value();

  /** Whether the calls have a receiver, which arrives as the hook's first parameter. */
  boolean instance() default false;
}
