package keyfence.simulator.random;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;

/**
 * Where all randomness of one card comes from: the system's generator, or, only when a test asks
 * for it, a seed.
 *
 * <p>A seeded source is SHA-256(key || counter), block after block; the same seed gives the same
 * card and the same signature nonces, so a seeded card protects nothing at all.
 */
public final class RandomSource {
  private final byte[] key;
  private long counter;
  private byte[] block = new byte[0];
  private int used;
  private final SecureRandom system;
  private final SecureRandom view = new View(this);

  private RandomSource(byte[] key, long counter) {
    this.key = key;
    this.counter = counter;
    this.system = key == null ? new SecureRandom() : null;
  }

  /** A source backed by the operating system. */
  public static RandomSource system() {
    return new RandomSource(null, 0);
  }

  /** A repeating source. */
  public static RandomSource seeded(long seed) {
    return new RandomSource(sha256(ByteBuffer.allocate(8).putLong(seed).array()), 0);
  }

  /**
   * The seeded source that {@link #key} and {@link #counter} described, continued at the next whole
   * block.
   */
  public static RandomSource resumed(byte[] key, long counter) {
    return new RandomSource(key.clone(), counter);
  }

  /** The key of a seeded source, null for the system's. */
  public byte[] key() {
    return key == null ? null : key.clone();
  }

  /** How many blocks of a seeded source are used up. */
  public long counter() {
    return counter;
  }

  /** The same source as the JDK's and the engines' type. */
  public SecureRandom asSecureRandom() {
    return view;
  }

  /** Fills a range with random bytes. */
  public void fill(byte[] buffer, int offset, int length) {
    if (system != null) {
      byte[] bytes = new byte[length];
      system.nextBytes(bytes);
      System.arraycopy(bytes, 0, buffer, offset, length);
      return;
    }
    for (int i = 0; i < length; i++) {
      if (used == block.length) {
        block = sha256(ByteBuffer.allocate(key.length + 8).put(key).putLong(counter++).array());
        used = 0;
      }
      buffer[offset + i] = block[used++];
    }
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SecureRandom over the source. */
  private static final class View extends SecureRandom {
    private static final long serialVersionUID = 1L;

    View(RandomSource source) {
      super(new Spi(source), null);
    }
  }

  /** The provider's side of {@link View}. */
  private static final class Spi extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;
    private final transient RandomSource source;

    Spi(RandomSource source) {
      this.source = source;
    }

    @Override
    protected void engineSetSeed(byte[] seed) {
      // A card's source takes no seed from outside: with one it would be weaker or, in a test,
      // would not repeat.
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      source.fill(bytes, 0, bytes.length);
    }

    @Override
    protected byte[] engineGenerateSeed(int length) {
      byte[] seed = new byte[length];
      source.fill(seed, 0, length);
      return seed;
    }
  }
}
