package keyfence.simulator.cards;

import javacard.framework.APDU;
import javacard.framework.Applet;

/** Something else to select. */
public class OtherApplet extends Applet {
  public static void install(byte[] parameters, short offset, byte length) {
    new OtherApplet().register();
  }

  @Override
  public void process(APDU apdu) {}
}
