package keyfence.simulator.state;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;

/**
 * A file that holds one card: magic, version, length, body, and the SHA-256 of all that. Readable
 * by its owner only; replaced whole, never half written; used by one process at a time.
 */
public final class StateFile implements AutoCloseable {
  static final byte[] MAGIC = "keyfence-card\n".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;

  private static final int HEADER = MAGIC.length + 2 + 4;
  private static final int CHECKSUM = 32;
  private static final Set<PosixFilePermission> PRIVATE =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path path;
  private final FileChannel lockChannel;

  private StateFile(Path path, FileChannel lockChannel) {
    this.path = path;
    this.lockChannel = lockChannel;
  }

  /** Claims a state file, there already or not. */
  public static StateFile open(Path path) throws IOException {
    Path absolute = realName(path);
    Path lock = absolute.resolveSibling(absolute.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(
            lock,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PRIVATE));
    FileLock held;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      held = null;
    }
    if (held == null) {
      channel.close();
      throw new StateException(path + " is in use by another simulator");
    }
    return new StateFile(absolute, channel);
  }

  /**
   * The file's own name behind symbolic links, so that each file has one lock and a link stays a
   * link.
   */
  private static Path realName(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new StateException(path + " is a directory, not a file for a card's state");
    }
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new StateException(path + ": there is no such directory");
    }
    return folder.toRealPath().resolve(path.getFileName());
  }

  /** The body, null when there is no such file yet. */
  byte[] read() throws IOException {
    byte[] file;
    try {
      file = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      return check(file);
    } catch (StateException e) {
      throw new StateException(path + ": " + e.getMessage(), e);
    }
  }

  /** The body of a file's bytes, or what is wrong with them. */
  static byte[] check(byte[] file) {
    if (file.length < MAGIC.length
        || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new StateException("not the state of a simulated card");
    }
    if (file.length < HEADER + CHECKSUM) {
      throw new StateException("damaged: cut off after " + file.length + " bytes");
    }
    ByteBuffer header = ByteBuffer.wrap(file, MAGIC.length, 6);
    int version = header.getShort() & 0xffff;
    if (version != VERSION) {
      throw new StateException(
          "written in format " + version + ", this simulator reads format " + VERSION);
    }
    int length = header.getInt();
    if (length != file.length - HEADER - CHECKSUM) {
      throw new StateException(
          "damaged: " + file.length + " bytes, where its header announces another length");
    }
    byte[] checksum = sha256(Arrays.copyOf(file, HEADER + length));
    if (!Arrays.equals(checksum, Arrays.copyOfRange(file, HEADER + length, file.length))) {
      throw new StateException("damaged: its checksum is wrong");
    }
    return Arrays.copyOfRange(file, HEADER, HEADER + length);
  }

  /** Replaces the file by one with this body. */
  void write(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(MAGIC);
    out.writeShort(VERSION);
    out.writeInt(body.length);
    out.write(body);
    out.write(sha256(bytes.toByteArray()));
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PRIVATE))) {
      ByteBuffer content = ByteBuffer.wrap(bytes.toByteArray());
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    lockChannel.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
