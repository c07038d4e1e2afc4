// STORE DATA and GET DATA: public data, the NDEF file, Cash data.
package keyfence.applet;

import javacard.framework.Util;

/** Small files that anybody may read and the holder of the PIN may write. */
final class DataCommands implements Protocol {
  private static final byte PUBLIC = 0;
  private static final byte NDEF = 1;
  private static final byte CASH = 2;

  private DataCommands() {}

  /** STORE DATA, after the PIN was checked: each write is one atomic copy. */
  static short store(byte[] apdu, short len) {
    byte file = apdu[2];
    if (file == NDEF) {
      short at = (short) ((short) (apdu[3] & 0xff) << 2);
      if ((short) (at + len) > CardData.NDEF_FILE) {
        Refuse.data();
      }
      Util.arrayCopy(apdu, COMMAND, CardData.ndef, at, len);
      return 0;
    }
    byte[] data = smallFile(file);
    if (len > CardData.SMALL_FILE) {
      Refuse.data();
    }
    setSmallFile(data, apdu, COMMAND, len);
    return 0;
  }

  /**
   * Writes length and content together: the byte before the content, which is free, takes the
   * length.
   */
  static void setSmallFile(byte[] file, byte[] b, short off, short len) {
    short lengthAt = (short) (off - 1);
    b[lengthAt] = (byte) len;
    Util.arrayCopy(b, lengthAt, file, (short) 0, (short) (1 + len));
  }

  private static byte[] smallFile(byte file) {
    if (file == PUBLIC) {
      return CardData.publicData;
    }
    if (file != CASH) {
      Refuse.parameters();
    }
    return CardData.cashData;
  }

  /** GET DATA. */
  static short get(byte[] apdu) {
    byte file = apdu[2];
    if (file == NDEF) {
      short len = ndefLength();
      if (len > MAX_ANSWER) {
        len = MAX_ANSWER;
      }
      Util.arrayCopyNonAtomic(CardData.ndef, (short) 0, apdu, ANSWER, len);
      return len;
    }
    byte[] data = smallFile(file);
    Util.arrayCopyNonAtomic(data, (short) 1, apdu, ANSWER, data[0]);
    return data[0];
  }

  /** The NDEF file's length as its first two bytes say, these included, within the file. */
  static short ndefLength() {
    short message = Util.getShort(CardData.ndef, (short) 0);
    if (message < 0 || message > (short) (CardData.NDEF_FILE - 2)) {
      return CardData.NDEF_FILE;
    }
    return (short) (message + 2);
  }
}
