package keyfence.simulator.instrument;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import keyfence.simulator.hooks.CryptoHooks;
import keyfence.simulator.hooks.MemoryHooks;
import keyfence.simulator.hooks.PinHooks;
import keyfence.simulator.hooks.Redirect;
import keyfence.simulator.hooks.SystemHooks;
import org.objectweb.asm.Type;

/**
 * The API calls that have a hook of their own, read once from the hooks' {@link Redirect}
 * annotations.
 */
final class RedirectTable {
  private static final Class<?>[] HOOKS = {
    MemoryHooks.class, PinHooks.class, CryptoHooks.class, SystemHooks.class
  };
  private static final Map<String, Target> TARGETS = read();

  private RedirectTable() {}

  /** Where a call goes instead. */
  record Target(String owner, String name, String descriptor) {}

  /** The hook for a call, null when it has none. */
  static Target find(String owner, String name, String descriptor) {
    return TARGETS.get(owner + "." + name + descriptor);
  }

  private static Map<String, Target> read() {
    Map<String, Target> targets = new HashMap<>();
    for (Class<?> hooks : HOOKS) {
      for (Method method : hooks.getDeclaredMethods()) {
        Redirect redirect = method.getAnnotation(Redirect.class);
        if (redirect == null) {
          continue;
        }
        String descriptor = Type.getMethodDescriptor(method);
        Target target = new Target(Type.getInternalName(hooks), method.getName(), descriptor);
        for (String call : redirect.value()) {
          targets.put(call + callDescriptor(method, redirect.instance()), target);
        }
      }
    }
    return targets;
  }

  private static String callDescriptor(Method method, boolean instance) {
    Type[] parameters = Type.getArgumentTypes(method);
    Type[] arguments = new Type[parameters.length - (instance ? 1 : 0)];
    System.arraycopy(
        parameters, parameters.length - arguments.length, arguments, 0, arguments.length);
    return Type.getMethodDescriptor(Type.getReturnType(method), arguments);
  }
}
