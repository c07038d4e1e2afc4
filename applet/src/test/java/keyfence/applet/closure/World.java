// A small piece of the tree of paths, and the true keys in it.
package keyfence.applet.closure;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import keyfence.testkit.HostChannel;
import keyfence.testkit.KeycardClient;

/**
 * Every path over these components, to this depth; for one seed all true private keys of both trees
 * by value.
 */
final class World {
  private static final long H = 0x80000000L;

  /** What a path may have at each depth. */
  static final long[][] LEVELS = {
    {H + 43, H + 44}, {H, H + 1}, {0, 1, H}, {0, 1, H}, {0, 1, H},
  };

  static final byte[] SEED = HostChannel.sha("SHA-512", KeycardClient.ascii("the closure's seed"));

  /** Private key to the paths where it is; the master's is in both trees. */
  private final Map<BigInteger, List<long[]>> truth = new HashMap<>();

  World() {
    byte[] master = Bip32Math.hmac(KeycardClient.ascii("Bitcoin seed"), SEED);
    BigInteger secret = new BigInteger(1, Arrays.copyOf(master, 32));
    byte[] chainCode = Arrays.copyOfRange(master, 32, 64);
    grow(new long[0], secret, chainCode);
    grow(new long[0], secret, HostChannel.sha("SHA-256", chainCode));
  }

  private void grow(long[] path, BigInteger secret, byte[] chainCode) {
    truth.computeIfAbsent(secret, s -> new ArrayList<>()).add(path);
    if (path.length == LEVELS.length) {
      return;
    }
    for (long index : LEVELS[path.length]) {
      Bip32Math.Step step =
          index >= H
              ? Bip32Math.hardened(secret, chainCode, index)
              : Bip32Math.soft(Bip32Math.publicPoint(secret).compressed(), chainCode, index);
      long[] child = Arrays.copyOf(path, path.length + 1);
      child[path.length] = index;
      grow(child, secret.add(step.tweak()).mod(Points.N), step.chainCode());
    }
  }

  /** Where a private key is; empty if it is none of this world's. */
  List<long[]> paths(BigInteger secret) {
    return truth.getOrDefault(secret, List.of());
  }

  /** Any path of this world. */
  static long[] path(Random random) {
    long[] path = new long[random.nextInt(LEVELS.length + 1)];
    for (int i = 0; i < path.length; i++) {
      path[i] = LEVELS[i][random.nextInt(LEVELS[i].length)];
    }
    return path;
  }

  static String text(long[] path) {
    StringBuilder text = new StringBuilder("m");
    for (long component : path) {
      text.append('/').append(component % H).append(component >= H ? "'" : "");
    }
    return text.toString();
  }
}
