// The NDEF applet: a read-only NFC Forum type 4 tag.
package keyfence.applet;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;

/** Its file is written by the Keycard applet's STORE DATA, or once by the install parameters. */
public final class NdefApplet extends Applet implements Protocol {
  private static final byte INS_READ_BINARY = (byte) 0xB0;
  private static final byte SELECT_FILE_P2 = 0x0C;
  private static final short CAPABILITY_FILE = (short) 0xE103;
  private static final short DATA_FILE = (short) 0xE104;
  private static final short MAX_READ = 255;

  /**
   * Mapping version 2.0, reads of 255 bytes, one file E104, readable, not writable (Type 4 Tag,
   * section 5.1).
   */
  private static final byte[] CAPABILITIES_FILE = {
    0x00,
    0x0F,
    0x20,
    0x00,
    (byte) 0xFF,
    0x00,
    0x01,
    0x04,
    0x06,
    (byte) 0xE1,
    0x04,
    0x04,
    0x00,
    0x00,
    (byte) 0xFF
  };

  /** The selected file's id, 0 for none. */
  private final short[] selected;

  private NdefApplet(byte[] data, short off, byte len) {
    CardData.install();
    selected = JCSystem.makeTransientShortArray((short) 1, JCSystem.CLEAR_ON_DESELECT);
    short at = InstallData.dataOffset(data, off, len);
    short length = InstallData.dataLength(data, off, len);
    // Only `length | message` is content; anything else is ignored.
    if (length >= 2 && Util.getShort(data, at) == (short) (length - 2)) {
      Util.arrayCopy(data, at, CardData.ndef, (short) 0, length);
    }
    byte aidLength = InstallData.aidLength(data, off, len);
    if (aidLength == 0) {
      register();
    } else {
      register(data, (short) (off + 1), aidLength);
    }
  }

  /**
   * Installs the applet. The application data may be the NDEF file's content, its 2-byte length
   * first.
   *
   * @param bArray the install data: AID, privileges, application data, each with its length
   * @param bOffset their start
   * @param bLength their length, unsigned
   */
  public static void install(byte[] bArray, short bOffset, byte bLength) {
    new NdefApplet(bArray, bOffset, bLength);
  }

  @Override
  public void process(APDU apdu) {
    if (selectingApplet()) {
      selected[0] = 0;
      return;
    }
    byte[] buffer = apdu.getBuffer();
    Dispatcher.requireClass(buffer);
    switch (buffer[ISO7816.OFFSET_INS]) {
      case ISO7816.INS_SELECT:
        selectFile(apdu, buffer);
        break;
      case INS_READ_BINARY:
        readBinary(apdu, buffer);
        break;
      default:
        Refuse.instruction();
    }
  }

  private void selectFile(APDU apdu, byte[] buffer) {
    if (buffer[2] != 0 || buffer[3] != SELECT_FILE_P2) {
      Refuse.parameters();
    }
    if (Dispatcher.receive(apdu, buffer) != 2) {
      Refuse.data();
    }
    short file = Util.getShort(buffer, COMMAND);
    if (file != CAPABILITY_FILE && file != DATA_FILE) {
      ISOException.throwIt(SW_FILE_NOT_FOUND);
    }
    selected[0] = file;
  }

  private void readBinary(APDU apdu, byte[] buffer) {
    if (selected[0] == 0) {
      Refuse.conditions();
    }
    boolean capabilities = selected[0] == CAPABILITY_FILE;
    byte[] file = capabilities ? CAPABILITIES_FILE : CardData.ndef;
    short end = capabilities ? (short) CAPABILITIES_FILE.length : DataCommands.ndefLength();
    short at = Util.getShort(buffer, (short) 2);
    if (at < 0 || at >= end) {
      Refuse.parameters();
    }
    short wanted = apdu.setOutgoing();
    if (wanted == 0 || wanted > MAX_READ) {
      wanted = MAX_READ;
    }
    short left = (short) (end - at);
    short len = left < wanted ? left : wanted;
    apdu.setOutgoingLength(len);
    apdu.sendBytesLong(file, at, len);
  }
}
