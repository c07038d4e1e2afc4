// Arithmetic modulo the prime of secp256k1, for one question: is this a point of the curve?
package keyfence.applet;

import javacard.framework.JCSystem;
import javacard.framework.Util;

/**
 * Checks points with the card's own bytecode. A platform may take a point off the curve without a
 * word and only fail when it is used, and then an authority would be set that nobody can ever sign
 * for. Three multiplications on the rare occasions when an authority is named; the points are
 * public, so nothing here needs constant time.
 */
final class CurveField {
  /** Bytes of a coordinate. */
  private static final short SIZE = 32;

  /** p = 2^256 - 2^32 - 977, big-endian. */
  private static final byte[] PRIME = {
    (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff,
        (byte) 0xff,
    (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff,
        (byte) 0xff,
    (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff,
        (byte) 0xff,
    (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xfc,
        (byte) 0x2f,
  };

  /** 2^256 mod p = 2^32 + 977: the bytes at 2^0, 2^8 and 2^32. */
  private static final short FOLD_0 = 0xd1;

  private static final short FOLD_1 = 0x03;
  private static final short FOLD_4 = 0x01;

  /** The curve is y^2 = x^3 + 7. */
  private static final short B = 7;

  /** A point that isn't compressed starts with this. */
  private static final byte UNCOMPRESSED = 0x04;

  private static final short PRODUCT = 0;
  private static final short VALUE = 64;
  private static final short SCRATCH = 96;

  /** Transient: a product of 64 bytes, big-endian, and a value of 32. */
  private final byte[] scratch;

  CurveField() {
    scratch = JCSystem.makeTransientByteArray(SCRATCH, JCSystem.CLEAR_ON_DESELECT);
  }

  /**
   * Whether the 65 bytes at {@code off} are an uncompressed point of secp256k1, in its one
   * encoding.
   */
  boolean isPoint(byte[] b, short off) {
    short x = (short) (off + 1);
    short y = (short) (x + SIZE);
    if (b[off] != UNCOMPRESSED
        || Unsigned.compare(b, x, PRIME, (short) 0, SIZE) >= 0
        || Unsigned.compare(b, y, PRIME, (short) 0, SIZE) >= 0) {
      return false;
    }
    multiply(b, x, b, x);
    Util.arrayCopyNonAtomic(scratch, SIZE, scratch, VALUE, SIZE);
    multiply(scratch, VALUE, b, x);
    add((short) (2 * SIZE - 1), B);
    reduceOnce();
    Util.arrayCopyNonAtomic(scratch, SIZE, scratch, VALUE, SIZE);
    multiply(b, y, b, y);
    return Unsigned.compare(scratch, SIZE, scratch, VALUE, SIZE) == 0;
  }

  /** Leaves a * b mod p, below p, in the lower half of the product. */
  private void multiply(byte[] a, short aOff, byte[] b, short bOff) {
    Util.arrayFillNonAtomic(scratch, PRODUCT, (short) (2 * SIZE), (byte) 0);
    for (short i = (short) (SIZE - 1); i >= 0; i--) {
      short factor = (short) (a[(short) (aOff + i)] & 0xff);
      short carry = 0;
      short to = (short) (i + SIZE);
      for (short j = (short) (SIZE - 1); j >= 0; j--) {
        // 255 * 255 + 255 + 255 is 65535: it fits into sixteen bits, taken as unsigned.
        short t =
            (short)
                (factor * (short) (b[(short) (bOff + j)] & 0xff)
                    + (short) (scratch[to] & 0xff)
                    + carry);
        scratch[to] = (byte) t;
        carry = (short) ((short) (t >> 8) & 0xff);
        to--;
      }
      scratch[to] = (byte) carry;
    }
    fold();
    reduceOnce();
  }

  /** Replaces the upper half by what it is worth modulo p, most significant byte first. */
  private void fold() {
    for (short i = 0; i < SIZE; i++) {
      // A byte can come back as a carry of its own folding, each time with a smaller number.
      while (scratch[i] != 0) {
        short high = (short) (scratch[i] & 0xff);
        scratch[i] = 0;
        short at = (short) (i + SIZE);
        add(at, (short) (high * FOLD_0));
        add((short) (at - 1), (short) (high * FOLD_1));
        add((short) (at - 4), (short) (high * FOLD_4));
      }
    }
  }

  /** Adds an unsigned sixteen-bit number at a byte of the product, carry included. */
  private void add(short at, short number) {
    short carry = number;
    while (carry != 0) {
      short t = (short) ((short) (scratch[at] & 0xff) + (short) (carry & 0xff));
      scratch[at] = (byte) t;
      carry = (short) ((short) ((short) (carry >> 8) & 0xff) + (short) (t >> 8));
      at--;
    }
  }

  /** Takes p away if the lower half isn't below it; what is there is below 2p. */
  private void reduceOnce() {
    if (Unsigned.compare(scratch, SIZE, PRIME, (short) 0, SIZE) < 0) {
      return;
    }
    short borrow = 0;
    for (short i = (short) (SIZE - 1); i >= 0; i--) {
      short at = (short) (SIZE + i);
      short t = (short) ((short) (scratch[at] & 0xff) - (short) (PRIME[i] & 0xff) - borrow);
      scratch[at] = (byte) t;
      borrow = (short) ((short) (t >> 8) & 1);
    }
  }
}
