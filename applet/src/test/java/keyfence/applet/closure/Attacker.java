// What follows by BIP-32 from the keys that left a card, and nothing else.
package keyfence.applet.closure;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Collects exported keys by value and derives in both directions: children of what it knows, and
 * parents from a parent's extended public key with one soft child's private key. Of the card it
 * sees only the bytes of the answers.
 */
final class Attacker {
  private static final long H = 0x80000000L;

  /** Public key (compressed, hexadecimal) to its private one. */
  private final Map<String, BigInteger> secrets = new HashMap<>();

  /** Extended public keys already looked at. */
  private final Set<String> extended = new TreeSet<>();

  /** For a child's public key: what its private key is above its parent's. */
  private final Map<String, List<Link>> parents = new HashMap<>();

  private final Map<String, List<Link>> children = new HashMap<>();

  /** Chain codes and depths by public key, for hardened children once the private key is there. */
  private final Map<String, List<Node>> chains = new HashMap<>();

  private final Deque<Runnable> work = new ArrayDeque<>();

  private record Link(String parent, String child, BigInteger tweak) {}

  private record Node(Points.Affine point, byte[] chainCode, int depth) {}

  /** The same step in many histories is computed once. */
  private static final Map<String, Object[]> STEPS = new HashMap<>();

  private static String name(Points.Affine point) {
    return Bip32Math.hex(point.compressed());
  }

  /** A private key that left the card. */
  void seePrivate(byte[] secret) {
    learn(new BigInteger(1, secret));
    settle();
  }

  /** An extended public key that left the card, of a path so long. */
  void seeExtended(byte[] point, byte[] chainCode, int depth) {
    Points.Affine affine =
        new Points.Affine(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
            new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
    learn(new Node(affine, chainCode, depth));
    settle();
  }

  /** All private keys that follow. */
  List<BigInteger> privateKeys() {
    return new ArrayList<>(secrets.values());
  }

  private void settle() {
    while (!work.isEmpty()) {
      work.pop().run();
    }
  }

  private void learn(BigInteger secret) {
    String name = name(Bip32Math.publicPoint(secret));
    if (secrets.putIfAbsent(name, secret) != null) {
      return;
    }
    for (Link link : parents.getOrDefault(name, List.of())) {
      work.push(() -> learn(secret.subtract(link.tweak).mod(Points.N)));
    }
    for (Link link : children.getOrDefault(name, List.of())) {
      work.push(() -> learn(secret.add(link.tweak).mod(Points.N)));
    }
    for (Node node : chains.getOrDefault(name, List.of())) {
      work.push(() -> goDownHardened(node, secret));
    }
  }

  private void learn(Node node) {
    String name = name(node.point);
    if (!extended.add(name + Bip32Math.hex(node.chainCode) + node.depth)) {
      return;
    }
    chains.computeIfAbsent(name, n -> new ArrayList<>()).add(node);
    if (node.depth < World.LEVELS.length) {
      for (long index : World.LEVELS[node.depth]) {
        if (index < H) {
          work.push(() -> goDownSoft(node, name, index));
        }
      }
    }
    BigInteger secret = secrets.get(name);
    if (secret != null) {
      work.push(() -> goDownHardened(node, secret));
    }
  }

  private void goDownSoft(Node node, String name, long index) {
    Object[] cached =
        STEPS.computeIfAbsent(
            name + Bip32Math.hex(node.chainCode) + index,
            key -> {
              Bip32Math.Step step = Bip32Math.soft(node.point.compressed(), node.chainCode, index);
              return new Object[] {step, Points.add(Points.multiply(step.tweak()), node.point)};
            });
    Bip32Math.Step step = (Bip32Math.Step) cached[0];
    Points.Affine child = (Points.Affine) cached[1];
    Link link = new Link(name, name(child), step.tweak());
    parents.computeIfAbsent(link.child, n -> new ArrayList<>()).add(link);
    children.computeIfAbsent(name, n -> new ArrayList<>()).add(link);
    BigInteger ours = secrets.get(name);
    if (ours != null) {
      work.push(() -> learn(ours.add(step.tweak()).mod(Points.N)));
    }
    BigInteger theirs = secrets.get(link.child);
    if (theirs != null) {
      work.push(() -> learn(theirs.subtract(step.tweak()).mod(Points.N)));
    }
    learn(new Node(child, step.chainCode(), node.depth + 1));
  }

  private void goDownHardened(Node node, BigInteger secret) {
    if (node.depth == World.LEVELS.length) {
      return;
    }
    for (long index : World.LEVELS[node.depth]) {
      if (index >= H) {
        Bip32Math.Step step = Bip32Math.hardened(secret, node.chainCode, index);
        BigInteger child = secret.add(step.tweak()).mod(Points.N);
        work.push(() -> learn(child));
        Node below = new Node(Bip32Math.publicPoint(child), step.chainCode(), node.depth + 1);
        work.push(() -> learn(below));
      }
    }
  }
}
