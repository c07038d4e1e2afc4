// The master key and the stored paths (persistent), for both trees.
package keyfence.applet;

import javacard.framework.JCSystem;
import javacard.framework.Util;

/**
 * One master key; the alternative tree has chain code SHA-256(chain code). Paths are stored with
 * the tree they were set under. Every change is one transaction.
 */
final class KeyTree implements Protocol {
  private static final byte NONE = 0;
  private static final byte SINGLE = 1;
  private static final byte EXTENDED = 2;

  private byte kind;
  private final byte[] secret;
  private final byte[] chainCode;
  private final byte[] point;

  private final byte[] path;
  private byte pathLength;
  private byte pathTree;

  private final byte[] pinlessPath;
  private byte pinlessLength;
  private byte pinlessTree;

  KeyTree() {
    secret = new byte[Scalar.LENGTH];
    chainCode = new byte[SECRET_LENGTH];
    point = new byte[POINT_LENGTH];
    path = new byte[MAX_PATH];
    pinlessPath = new byte[MAX_PATH];
  }

  boolean hasKey() {
    return kind != NONE;
  }

  /** Whether the key has a chain code, that is, paths. */
  boolean isExtended() {
    return kind == EXTENDED;
  }

  /**
   * Replaces the master key, in one transaction of about 140 bytes: secret (32), public key (65)
   * and chain code (32; chain &lt; 0: none, and the old one is wiped). Paths go back to the master.
   */
  void load(byte[] b, short secretOff, short chainOff, byte[] publicKey, short publicOff) {
    JCSystem.beginTransaction();
    Util.arrayCopy(b, secretOff, secret, (short) 0, Scalar.LENGTH);
    Util.arrayCopy(publicKey, publicOff, point, (short) 0, POINT_LENGTH);
    if (chainOff < 0) {
      Crypto.wipeInTransaction(chainCode, (short) 0, SECRET_LENGTH);
      kind = SINGLE;
    } else {
      Util.arrayCopy(b, chainOff, chainCode, (short) 0, SECRET_LENGTH);
      kind = EXTENDED;
    }
    pathLength = 0;
    pinlessLength = 0;
    JCSystem.commitTransaction();
  }

  /** REMOVE KEY, in one transaction. */
  void remove() {
    JCSystem.beginTransaction();
    kind = NONE;
    Crypto.wipeInTransaction(secret, (short) 0, Scalar.LENGTH);
    Crypto.wipeInTransaction(chainCode, (short) 0, SECRET_LENGTH);
    Crypto.wipeInTransaction(point, (short) 0, POINT_LENGTH);
    pathLength = 0;
    pinlessLength = 0;
    JCSystem.commitTransaction();
  }

  /** FACTORY RESET: the key and what the paths left behind. Idempotent. */
  void factoryReset() {
    remove();
    Util.arrayFillNonAtomic(path, (short) 0, MAX_PATH, (byte) 0);
    Util.arrayFillNonAtomic(pinlessPath, (short) 0, MAX_PATH, (byte) 0);
    pathTree = Credentials.MAIN;
    pinlessTree = Credentials.MAIN;
  }

  /** A PIN was verified: the current path of the other tree isn't this one's. */
  void enterTree(byte tree) {
    if (pathTree != tree) {
      // Length and tree together: a cut must not show one tree's path as the other's.
      JCSystem.beginTransaction();
      pathLength = 0;
      pathTree = tree;
      JCSystem.commitTransaction();
    }
  }

  /** Makes a path (len bytes) the current one of a tree, in one transaction. */
  void setPath(byte[] b, short off, short len, byte tree) {
    JCSystem.beginTransaction();
    Util.arrayCopy(b, off, path, (short) 0, len);
    pathLength = (byte) len;
    pathTree = tree;
    JCSystem.commitTransaction();
  }

  /** Copies the current path. Returns its length. */
  short copyPath(byte[] out, short off) {
    Util.arrayCopyNonAtomic(path, (short) 0, out, off, pathLength);
    return pathLength;
  }

  /**
   * Stores the PIN-less path with the tree it is set under, in one transaction; empty unsets it.
   */
  void setPinlessPath(byte[] b, short off, short len, byte tree) {
    JCSystem.beginTransaction();
    Util.arrayCopy(b, off, pinlessPath, (short) 0, len);
    pinlessLength = (byte) len;
    pinlessTree = tree;
    JCSystem.commitTransaction();
  }

  boolean hasPinlessPath() {
    return pinlessLength != 0;
  }

  byte pinlessTree() {
    return pinlessTree;
  }

  /** Copies the PIN-less path. Returns its length. */
  short copyPinlessPath(byte[] out, short off) {
    Util.arrayCopyNonAtomic(pinlessPath, (short) 0, out, off, pinlessLength);
    return pinlessLength;
  }

  /** Whether a path is the non-empty PIN-less one, in whichever tree. */
  boolean isPinlessPath(byte[] b, short off, short len) {
    return len != 0
        && len == pinlessLength
        && Util.arrayCompare(b, off, pinlessPath, (short) 0, len) == 0;
  }

  /** Copies the master's secret (32). */
  void copySecret(byte[] out, short off) {
    Util.arrayCopyNonAtomic(secret, (short) 0, out, off, Scalar.LENGTH);
  }

  /** Copies a tree's chain code (32). */
  void copyChainCode(byte tree, byte[] out, short off) {
    if (tree == Credentials.MAIN) {
      Util.arrayCopyNonAtomic(chainCode, (short) 0, out, off, SECRET_LENGTH);
    } else {
      Crypto.sha256.reset();
      Crypto.sha256.doFinal(chainCode, (short) 0, SECRET_LENGTH, out, off);
    }
  }

  /** Copies the master's public key (65). */
  void copyPoint(byte[] out, short off) {
    Util.arrayCopyNonAtomic(point, (short) 0, out, off, POINT_LENGTH);
  }

  /** Writes KEY_UID (32): SHA-256 of the master's public key. */
  void keyUid(byte[] out, short off) {
    Crypto.sha256.reset();
    Crypto.sha256.doFinal(point, (short) 0, POINT_LENGTH, out, off);
  }
}
