// BIP-32 private derivation on transient memory.
package keyfence.applet;

import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;

/**
 * Holds one node at a time, private key and chain code, and a few saved ones on the way to it. All
 * of it is wiped by {@link #wipe} before an answer leaves.
 */
final class Bip32 implements Protocol {
  /** "Bitcoin seed". */
  private static final byte[] SEED_KEY = {
    0x42, 0x69, 0x74, 0x63, 0x6f, 0x69, 0x6e, 0x20, 0x73, 0x65, 0x65, 0x64
  };

  // Offsets in the transient array: the node, the HMAC's result or a public key in the making,
  // whether
  // the node is the master, and the nodes kept aside with their depths (bytes of path; 0: none).
  private static final short SECRET = 0;
  private static final short CHAIN = 32;
  private static final short WORK = 64;
  private static final short MASTER = 133;
  private static final short DEPTHS = 134;
  private static final short NODE_LENGTH = 64;

  /** How many nodes can be kept aside. */
  static final byte SAVED = 3;

  private static final short NODES = (short) (DEPTHS + SAVED);
  private static final short TRANSIENT_LENGTH = (short) (NODES + SAVED * NODE_LENGTH);

  private final KeyTree keys;
  private final HmacSha512 hmac;
  private final byte[] node;

  Bip32(KeyTree keys) {
    this.keys = keys;
    hmac = new HmacSha512();
    node = JCSystem.makeTransientByteArray(TRANSIENT_LENGTH, JCSystem.CLEAR_ON_DESELECT);
  }

  /** Forgets the node and everything derived on the way. */
  void wipe() {
    Crypto.wipe(node, (short) 0, TRANSIENT_LENGTH);
    hmac.wipe();
  }

  /** Starts at a tree's master. Without a chain code there is only this node. */
  void startAtMaster(byte tree) {
    keys.copySecret(node, SECRET);
    keys.copyChainCode(tree, node, CHAIN);
    node[MASTER] = 1;
  }

  /**
   * Derives a path (len bytes, 4 a component) below the present node; SW 6984 at an invalid child.
   */
  void derive(byte[] path, short off, short len) {
    short end = (short) (off + len);
    while (off < end) {
      child(path, off);
      off += 4;
    }
  }

  /** CKDpriv: I = HMAC(chain code, 00 || secret || i) or HMAC(chain code, point || i). */
  private void child(byte[] path, short component) {
    if (path[component] < 0) {
      node[WORK] = 0;
      Util.arrayCopyNonAtomic(node, SECRET, node, (short) (WORK + 1), Scalar.LENGTH);
    } else {
      copyPublic(node, WORK);
      Secp256k1.compress(node, WORK);
    }
    Util.arrayCopyNonAtomic(path, component, node, (short) (WORK + 33), (short) 4);
    hmac.compute(node, CHAIN, SECRET_LENGTH, node, WORK, (short) 37, node, WORK);
    // The left half may be 0 (the child is then its parent's key), but not n or more.
    if (!Scalar.isBelowOrder(node, WORK) || !Scalar.add(node, SECRET, node, WORK)) {
      ISOException.throwIt(SW_INVALID_CHILD);
    }
    Util.arrayCopyNonAtomic(node, (short) (WORK + 32), node, CHAIN, SECRET_LENGTH);
    node[MASTER] = 0;
  }

  /** Makes the node that a seed stands for; false if it is invalid (BIP-32: 0 or &gt;= n). */
  boolean fromSeed(byte[] seed, short off, short len) {
    hmac.compute(SEED_KEY, (short) 0, (short) SEED_KEY.length, seed, off, len, node, SECRET);
    return Scalar.isValid(node, SECRET);
  }

  /** Copies the node's private key (32). Returns the offset after it. */
  short copySecret(byte[] out, short off) {
    return Util.arrayCopyNonAtomic(node, SECRET, out, off, Scalar.LENGTH);
  }

  /** Copies the node's chain code (32). Returns the offset after it. */
  short copyChainCode(byte[] out, short off) {
    return Util.arrayCopyNonAtomic(node, CHAIN, out, off, SECRET_LENGTH);
  }

  /**
   * Writes the node's public key (65): one multiplication, none for the master. Returns the offset
   * after it.
   */
  short copyPublic(byte[] out, short off) {
    if (node[MASTER] != 0) {
      keys.copyPoint(out, off);
    } else {
      Secp256k1.publicKey(node, SECRET, out, off);
    }
    return (short) (off + POINT_LENGTH);
  }

  /**
   * Signs the digest (32) at off with the node's key. Returns the offset after the DER signature at
   * to.
   */
  short sign(byte[] b, short off, short to) {
    try {
      return Ecdsa.sign(Secp256k1.use(node, SECRET), b, off, b, to);
    } finally {
      Secp256k1.release();
    }
  }

  /** Forgets the nodes kept aside. */
  void forgetSaved() {
    Crypto.wipe(node, DEPTHS, (short) (TRANSIENT_LENGTH - DEPTHS));
  }

  /** Keeps the node, at this depth, aside if there is room; the deepest one kept is the last. */
  void save(short depth) {
    for (byte i = 0; i < SAVED; i++) {
      if (node[(short) (DEPTHS + i)] == 0) {
        Util.arrayCopyNonAtomic(node, SECRET, node, nodeAt(i), NODE_LENGTH);
        node[(short) (DEPTHS + i)] = (byte) depth;
        return;
      }
    }
  }

  /**
   * Goes back to the deepest node kept at or above a depth and forgets the deeper ones. Returns its
   * depth, 0 if there is none.
   */
  short restore(short limit) {
    for (byte i = (byte) (SAVED - 1); i >= 0; i--) {
      byte depth = node[(short) (DEPTHS + i)];
      if (depth != 0 && depth <= limit) {
        Util.arrayCopyNonAtomic(node, nodeAt(i), node, SECRET, NODE_LENGTH);
        node[MASTER] = 0;
        return depth;
      }
      node[(short) (DEPTHS + i)] = 0;
    }
    return 0;
  }

  private static short nodeAt(byte i) {
    return (short) (NODES + (short) (i * NODE_LENGTH));
  }

  /**
   * Sets the node's private key: 1..32 bytes, padded on the left. Returns whether 0 &lt; key &lt;
   * n.
   */
  boolean setSecret(byte[] b, short off, short len) {
    short padding = (short) (Scalar.LENGTH - len);
    Crypto.wipe(node, SECRET, padding);
    Util.arrayCopyNonAtomic(b, off, node, (short) (SECRET + padding), len);
    return Scalar.isValid(node, SECRET);
  }

  /** Sets the node's chain code (32). */
  void setChainCode(byte[] b, short off) {
    Util.arrayCopyNonAtomic(b, off, node, CHAIN, SECRET_LENGTH);
  }

  /** Makes the node the card's master key, given its public key (65). */
  void store(boolean extended, byte[] point, short off) {
    keys.load(node, SECRET, extended ? CHAIN : (short) -1, point, off);
  }
}
