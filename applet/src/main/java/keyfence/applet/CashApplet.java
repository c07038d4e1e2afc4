// The Cash applet: a key of its own that signs without PIN and without channel.
package keyfence.applet;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.ECPrivateKey;

/**
 * The key pair is made at installation and stays; the data are written by the Keycard applet's
 * STORE DATA.
 */
public final class CashApplet extends Applet implements Protocol {
  /** What test suites install with: no data. */
  private static final short EMPTY_C9 = (short) 0xC900;

  private static final byte TAG_DATA = (byte) 0x82;
  private static final short WITHOUT_DATA = (short) (2 + POINT_LENGTH + 4 + 2);

  private final ECPrivateKey secret;
  private final byte[] point;

  private CashApplet(byte[] data, short off, byte len) {
    Crypto.install();
    Secp256k1.install();
    Ecdsa.install();
    CardData.install();
    secret = Secp256k1.newPrivateKey();
    point = new byte[POINT_LENGTH];
    byte[] scratch = JCSystem.makeTransientByteArray(Scalar.LENGTH, JCSystem.CLEAR_ON_DESELECT);
    Secp256k1.randomScalar(scratch, (short) 0);
    secret.setS(scratch, (short) 0, Scalar.LENGTH);
    Crypto.wipe(scratch, (short) 0, Scalar.LENGTH);
    Secp256k1.publicKey(secret, point, (short) 0);
    short at = InstallData.dataOffset(data, off, len);
    short length = InstallData.dataLength(data, off, len);
    boolean none = length == 2 && Util.getShort(data, at) == EMPTY_C9;
    if (length != 0 && length <= CardData.SMALL_FILE && !none) {
      Util.arrayCopy(data, at, CardData.cashData, (short) 1, length);
      CardData.cashData[0] = (byte) length;
    }
    byte aidLength = InstallData.aidLength(data, off, len);
    if (aidLength == 0) {
      register();
    } else {
      register(data, (short) (off + 1), aidLength);
    }
  }

  /**
   * Installs the applet. The application data are its first data, up to 127 bytes.
   *
   * @param bArray the install data: AID, privileges, application data, each with its length
   * @param bOffset their start
   * @param bLength their length, unsigned
   */
  public static void install(byte[] bArray, short bOffset, byte bLength) {
    new CashApplet(bArray, bOffset, bLength);
  }

  @Override
  public void process(APDU apdu) {
    byte[] buffer = apdu.getBuffer();
    if (selectingApplet()) {
      apdu.setOutgoingAndSend(ANSWER, select(buffer));
      return;
    }
    Dispatcher.requireClass(buffer);
    short len = Dispatcher.receive(apdu, buffer);
    switch (buffer[ISO7816.OFFSET_INS]) {
      case INS_SIGN:
        apdu.setOutgoingAndSend(ANSWER, sign(buffer, len));
        break;
      case INS_IDENTIFY_CARD:
        apdu.setOutgoingAndSend(ANSWER, Identity.identify(buffer, len));
        break;
      default:
        Refuse.instruction();
    }
  }

  private short select(byte[] buffer) {
    short dataLength = CardData.cashData[0];
    short off = ANSWER;
    short length = (short) (WITHOUT_DATA + dataLength);
    buffer[off++] = TAG_APPLICATION_TEMPLATE;
    if (length > 127) {
      buffer[off++] = LENGTH_ONE_MORE;
    }
    buffer[off++] = (byte) length;
    off = Tlv.header(buffer, off, TAG_PUBLIC_KEY, POINT_LENGTH);
    off = Util.arrayCopyNonAtomic(point, (short) 0, buffer, off, POINT_LENGTH);
    off = Lifecycle.copyVersion(buffer, off);
    off = Tlv.header(buffer, off, TAG_DATA, dataLength);
    off = Util.arrayCopyNonAtomic(CardData.cashData, (short) 1, buffer, off, dataLength);
    return (short) (off - ANSWER);
  }

  private short sign(byte[] buffer, short len) {
    if (len != SECRET_LENGTH) {
      Refuse.data();
    }
    short end = Ecdsa.sign(secret, buffer, COMMAND, buffer, Ecdsa.signatureAt(POINT_LENGTH));
    Util.arrayCopyNonAtomic(point, (short) 0, buffer, (short) (ANSWER + 5), POINT_LENGTH);
    return Ecdsa.frame(buffer, TAG_PUBLIC_KEY, POINT_LENGTH, end);
  }
}
