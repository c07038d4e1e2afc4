package keyfence.simulator.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javacard.framework.TransactionException;

/**
 * The persistent writes of one card, in order: what a transaction has to take back, what a snapshot
 * has to take back, and the place where the power is cut.
 *
 * <p>Nothing is noted while an applet is being installed: a card takes back a whole failed
 * installation.
 */
public final class Journal {
  /** Bytes that one transaction can take. */
  public static final int COMMIT_CAPACITY = 512;

  /** How a write behaves when it is not finished or not committed. */
  public enum Kind {
    /** Whole or not at all, and taken back with its transaction. */
    CONDITIONAL,
    /** Whole or not at all, outside any transaction: tries of a PIN. */
    UNCONDITIONAL,
    /**
     * Undefined when the power goes in the middle, outside any transaction:
     * Util.arrayCopyNonAtomic.
     */
    NON_ATOMIC,
    /**
     * Written by an engine: undefined when the power goes in the middle, yet taken back with its
     * transaction.
     */
    ENGINE
  }

  private final List<Undo> transaction = new ArrayList<>();
  private final List<Undo> history = new ArrayList<>();
  private final Random garbage = new Random(0x6b66);
  private boolean keepHistory;
  private boolean active;
  private boolean open;
  private boolean powerLost;
  private boolean changed;
  private int used;
  private long writes;
  private long bytes;
  private long cutAt;
  private boolean cutInside;

  /** Starts (after installation) or stops noting writes. */
  public void setActive(boolean active) {
    this.active = active;
  }

  /** Whether writes are noted. */
  public boolean isActive() {
    return active;
  }

  /** Before a write: notes how to undo it; loses the power instead if this is the chosen one. */
  void before(Undo undo, int length, Kind kind) {
    if (!active) {
      return;
    }
    if (countAndCut()) {
      lose(undo, kind);
    }
    note(undo, length, kind);
  }

  /**
   * After a write that only comparing found: the same, with the write undone where it must not have
   * happened.
   */
  void after(Undo undo, int length, Kind kind) {
    if (!active) {
      return;
    }
    try {
      if (countAndCut()) {
        lose(undo, kind);
      }
      note(undo, length, kind);
    } catch (PowerLoss | TransactionException e) {
      if (!powerLost || !tearing(kind)) {
        undo.undo();
      }
      throw e;
    }
  }

  private boolean countAndCut() {
    if (powerLost) {
      throw new PowerLoss();
    }
    writes++;
    return writes == cutAt;
  }

  private boolean tearing(Kind kind) {
    return cutInside && (kind == Kind.NON_ATOMIC || (kind == Kind.ENGINE && !open));
  }

  private void lose(Undo undo, Kind kind) {
    powerLost = true;
    if (tearing(kind)) {
      if (keepHistory) {
        history.add(undo);
      }
      changed = true;
      undo.tear(garbage);
    }
    throw new PowerLoss();
  }

  private void note(Undo undo, int length, Kind kind) {
    if (open && (kind == Kind.CONDITIONAL || kind == Kind.ENGINE)) {
      if (used + length > COMMIT_CAPACITY) {
        TransactionException.throwIt(TransactionException.BUFFER_FULL);
      }
      used += length;
      transaction.add(undo);
    }
    if (keepHistory) {
      history.add(undo);
    }
    changed = true;
    bytes += length;
  }

  /** Opens a transaction. */
  public void begin() {
    if (open) {
      TransactionException.throwIt(TransactionException.IN_PROGRESS);
    }
    open = true;
    used = 0;
    transaction.clear();
  }

  /** Commits the open transaction; the power can be cut just before it takes effect. */
  public void commit() {
    requireOpen();
    if (active && countAndCut()) {
      powerLost = true;
      throw new PowerLoss();
    }
    open = false;
    transaction.clear();
  }

  /** Takes back what the open transaction wrote. */
  public void abort() {
    requireOpen();
    open = false;
    for (int i = transaction.size() - 1; i >= 0; i--) {
      transaction.get(i).undo();
    }
    transaction.clear();
  }

  private void requireOpen() {
    if (!open) {
      TransactionException.throwIt(TransactionException.NOT_IN_PROGRESS);
    }
  }

  /** Whether a transaction is open. */
  public boolean isOpen() {
    return open;
  }

  /** Bytes that the open transaction can still take. */
  public int unusedCapacity() {
    return COMMIT_CAPACITY - (open ? used : 0);
  }

  /**
   * Cuts the power at a write, counted from now on: 1 is the next one.
   *
   * @param inside half way through a write of several bytes; where that write is atomic, just
   *     before it
   */
  public void cutAt(long write, boolean inside) {
    cutAt = writes + write;
    cutInside = inside;
  }

  /** Forgets a cut that did not happen. */
  public void forgetCut() {
    cutAt = 0;
  }

  /** Whether the power is gone. */
  public boolean isPowerLost() {
    return powerLost;
  }

  /**
   * The power comes back: an unfinished transaction is taken back. A cut yet to come still comes.
   */
  public void powerUp() {
    powerLost = false;
    if (open) {
      abort();
    }
  }

  /** Writes so far, commits included. */
  public long writes() {
    return writes;
  }

  /** Bytes written so far. */
  public long bytes() {
    return bytes;
  }

  /** Whether anything was written since the last call. */
  public boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  /** A point that {@link #rollBack} can go back to. */
  int mark() {
    keepHistory = true;
    return history.size();
  }

  /** Undoes all writes since a mark. */
  void rollBack(int mark) {
    for (int i = history.size() - 1; i >= mark; i--) {
      history.remove(i).undo();
    }
    changed = true;
  }
}
