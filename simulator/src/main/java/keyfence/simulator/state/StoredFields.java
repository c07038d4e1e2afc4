package keyfence.simulator.state;

import com.licel.jcardsim.crypto.KeyPairImpl;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import keyfence.simulator.memory.Fields;

/**
 * Which fields of an object are stored: all, but for the engines and generators behind jCardSim's
 * objects.
 */
final class StoredFields {
  private static final Map<Class<?>, Set<String>> LEFT_OUT =
      Map.of(KeyPairImpl.class, Set.of("engine", "rnd", "keyGenerationParameters"));
  private static final Map<Class<?>, List<Field>> KNOWN = new ConcurrentHashMap<>();

  private StoredFields() {}

  static List<Field> of(Class<?> type) {
    return KNOWN.computeIfAbsent(type, StoredFields::collect);
  }

  private static List<Field> collect(Class<?> type) {
    Set<String> out = LEFT_OUT.getOrDefault(type, Set.of());
    return Fields.ofInstances(type).stream()
        .filter(
            f ->
                !f.isSynthetic()
                    || f.getName().startsWith("this$")
                    || f.getName().startsWith("val$"))
        .filter(f -> !out.contains(f.getName()))
        .collect(Collectors.toList());
  }
}
