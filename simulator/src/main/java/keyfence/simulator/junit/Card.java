package keyfence.simulator.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what card a test gets; without it, or without members, a fresh one as it leaves the issuer.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface Card {
  /** A description in TOML or JSON. */
  String value() default "";

  /** A file with a description, from the working directory. */
  String file() default "";

  /** A seed, for a card that repeats; none by default. */
  long[] seed() default {};
}
