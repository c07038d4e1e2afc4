// The Keycard applet's face to the platform.
package keyfence.applet;

import javacard.framework.APDU;
import javacard.framework.Applet;

/** Installs and hands every command to the {@link Dispatcher}. */
public final class KeycardApplet extends Applet {
  private final Dispatcher dispatcher;

  private KeycardApplet(byte[] data, short off, byte len) {
    InstallData.requireWhole(data, off, len);
    dispatcher =
        new Dispatcher(
            data, InstallData.dataOffset(data, off, len), InstallData.dataLength(data, off, len));
    byte aidLength = InstallData.aidLength(data, off, len);
    if (aidLength == 0) {
      register();
    } else {
      register(data, (short) (off + 1), aidLength);
    }
  }

  /**
   * Installs the applet. The application data are the policy's install parameters (tags 90, 91,
   * 92).
   *
   * @param bArray the install data: AID, privileges, application data, each with its length
   * @param bOffset their start
   * @param bLength their length, unsigned
   */
  public static void install(byte[] bArray, short bOffset, byte bLength) {
    new KeycardApplet(bArray, bOffset, bLength);
  }

  @Override
  public void process(APDU apdu) {
    dispatcher.process(apdu, selectingApplet());
  }
}
