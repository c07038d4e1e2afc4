package keyfence.simulator.cards;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.OwnerPIN;
import javacard.framework.TransactionException;
import javacard.framework.Util;
import javacard.security.AESKey;
import javacard.security.KeyBuilder;
import javacard.security.MessageDigest;

/** Writes in every way there is, so that tests can see what becomes of each. */
public class MemoryApplet extends Applet {
  static short counter;
  static final byte[] TABLE = {1, 2, 3};

  private byte small;
  private short wide;
  private Object reference;
  private final byte[] bytes;
  private final short[] shorts;
  private final boolean[] booleans;
  private final Object[] references;
  private final byte[] onReset;
  private final byte[] onDeselect;
  private final OwnerPIN pin;
  private final AESKey persistentKey;
  private final AESKey keyOnReset;
  private final AESKey keyOnDeselect;
  private final MessageDigest digest;

  private MemoryApplet() {
    bytes = new byte[600];
    shorts = new short[4];
    booleans = new boolean[4];
    references = new Object[2];
    onReset = JCSystem.makeTransientByteArray((short) 16, JCSystem.CLEAR_ON_RESET);
    onDeselect = JCSystem.makeTransientByteArray((short) 16, JCSystem.CLEAR_ON_DESELECT);
    pin = new OwnerPIN((byte) 3, (byte) 4);
    pin.update(new byte[] {1, 2, 3, 4}, (short) 0, (byte) 4);
    persistentKey = (AESKey) KeyBuilder.buildKey(KeyBuilder.TYPE_AES, (short) 128, false);
    keyOnReset =
        (AESKey) KeyBuilder.buildKey(KeyBuilder.TYPE_AES_TRANSIENT_RESET, (short) 128, false);
    keyOnDeselect =
        (AESKey) KeyBuilder.buildKey(KeyBuilder.TYPE_AES_TRANSIENT_DESELECT, (short) 128, false);
    digest = MessageDigest.getInstance(MessageDigest.ALG_SHA_256, false);
  }

  public static void install(byte[] parameters, short offset, byte length) {
    new MemoryApplet().register();
  }

  @Override
  public void process(APDU apdu) {
    if (selectingApplet()) {
      return;
    }
    byte[] buffer = apdu.getBuffer();
    apdu.setIncomingAndReceive();
    boolean transaction = (buffer[ISO7816.OFFSET_P1] & 1) != 0;
    if (transaction) {
      JCSystem.beginTransaction();
    }
    switch (buffer[ISO7816.OFFSET_INS]) {
      case 0x10:
        writeEverything(buffer);
        break;
      case 0x11:
        Util.arrayCopyNonAtomic(buffer, ISO7816.OFFSET_CDATA, bytes, (short) 0, (short) 16);
        break;
      case 0x12:
        Util.arrayCopy(buffer, ISO7816.OFFSET_CDATA, bytes, (short) 0, (short) 16);
        break;
      case 0x13:
        fillCommitBuffer();
        break;
      case 0x14:
        digest.doFinal(buffer, (short) 0, (short) 5, bytes, (short) 0);
        break;
      case 0x15:
        pin.check(buffer, ISO7816.OFFSET_CDATA, (byte) 4);
        break;
      case 0x16:
        pin.update(buffer, ISO7816.OFFSET_CDATA, (byte) 4);
        break;
      case 0x17:
        persistentKey.setKey(buffer, ISO7816.OFFSET_CDATA);
        break;
      case 0x18:
        keyOnReset.setKey(buffer, ISO7816.OFFSET_CDATA);
        keyOnDeselect.setKey(buffer, ISO7816.OFFSET_CDATA);
        Util.arrayFillNonAtomic(onReset, (short) 0, (short) 16, (byte) 7);
        Util.arrayFillNonAtomic(onDeselect, (short) 0, (short) 16, (byte) 7);
        break;
      case 0x19:
        references[0] = new byte[3];
        break;
      case 0x1a:
        ISOException.throwIt((short) (0x9100 | state(buffer)));
        break;
      case 0x1b:
        JCSystem.abortTransaction();
        break;
      case 0x1c:
        bytes[0] = 1;
        ISOException.throwIt(ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        break;
      case 0x1d:
        bytes[0] = 1;
        bytes[(short) (bytes.length + buffer[ISO7816.OFFSET_P2])] = 1;
        break;
      case 0x1e:
        deep((short) 3);
        break;
      default:
        ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
    }
    if (transaction && (buffer[ISO7816.OFFSET_P1] & 2) != 0) {
      JCSystem.abortTransaction();
    } else if (transaction && (buffer[ISO7816.OFFSET_P1] & 4) != 0) {
      JCSystem.commitTransaction();
    }
  }

  private short deep(short levels) {
    if (levels == 0) {
      return 0;
    }
    return (short) (deep((short) (levels - 1)) + 1);
  }

  private void writeEverything(byte[] buffer) {
    counter++;
    small = 5;
    wide = 500;
    reference = bytes;
    bytes[1] = 9;
    shorts[1] = 900;
    booleans[1] = true;
    references[1] = bytes;
    Util.setShort(bytes, (short) 2, (short) 0x1234);
    Util.arrayCopy(buffer, (short) 0, bytes, (short) 4, (short) 4);
    TABLE[0] = 8;
  }

  private void fillCommitBuffer() {
    Util.arrayCopy(bytes, (short) 0, bytes, (short) 64, (short) 512);
    try {
      bytes[0] = 1;
    } catch (TransactionException e) {
      ISOException.throwIt((short) (0x6f00 + e.getReason()));
    }
  }

  /** The sum of what is set, to tell states apart. */
  private short state(byte[] buffer) {
    short set = 0;
    if (small != 0 || wide != 0 || reference != null || counter != 0) {
      set |= 1;
    }
    if (bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 0) {
      set |= 2;
    }
    if (shorts[1] != 0
        || booleans[1]
        || references[1] != null
        || references[0] != null
        || TABLE[0] != 1) {
      set |= 4;
    }
    if (persistentKey.isInitialized()) {
      set |= 8;
    }
    if (keyOnReset.isInitialized() || onReset[0] != 0) {
      set |= 16;
    }
    if (keyOnDeselect.isInitialized() || onDeselect[0] != 0) {
      set |= 32;
    }
    return (short) (set | (short) (pin.getTriesRemaining() << 6));
  }
}
