package keyfence.simulator.state;

import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a state file holds, as objects: the applets by AID, the static fields, the random source of
 * a seeded card.
 */
public final class CardImage {
  /** The applets by the hexadecimal digits of their AID. */
  public final Map<String, Object> applets = new LinkedHashMap<>();

  /** The static fields of the card's classes; of a final one the array whose content it has. */
  public final Map<Field, Object> statics = new LinkedHashMap<>();

  /** Bytes of persistent memory that the applets have made. */
  public long persistentTotal;

  /** Bytes of transient memory that the applets have made. */
  public long transientTotal;

  /** The key of a seeded random source, null for the system's. */
  public byte[] randomKey;

  /** How many blocks of the seeded source are used up. */
  public long randomCounter;
}
