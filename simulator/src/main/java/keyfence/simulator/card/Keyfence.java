package keyfence.simulator.card;

import java.util.ArrayList;
import java.util.List;

/** The applets of the Keyfence package and the AIDs of their usual instances. */
public final class Keyfence {
  /** The Keycard applet's instance. */
  public static final String KEYCARD_AID = "A00000080400010101";

  /** The NDEF applet's instance: the NFC Forum's type 4 tag. */
  public static final String NDEF_AID = "D2760000850101";

  /** The Cash applet's instance. */
  public static final String CASH_AID = "A00000080400010301";

  /** The Ident applet's instance. */
  public static final String IDENT_AID = "A00000080400010401";

  private static final String PACKAGE = "keyfence.applet.";

  private Keyfence() {}

  /** All four, the Keycard applet with the given parameters. */
  public static List<AppletSpec> applets(byte[] installParameters) {
    return List.of(
        spec("KeycardApplet", KEYCARD_AID, installParameters),
        spec("NdefApplet", NDEF_AID, new byte[0]),
        spec("CashApplet", CASH_AID, new byte[0]),
        spec("IdentApplet", IDENT_AID, new byte[0]));
  }

  /** The same with a content for the NDEF applet (2-byte length, then the message). */
  public static List<AppletSpec> applets(byte[] installParameters, byte[] ndef) {
    List<AppletSpec> applets = new ArrayList<>(applets(installParameters));
    applets.set(1, applets.get(1).withParameters(ndef));
    return applets;
  }

  private static AppletSpec spec(String name, String aid, byte[] parameters) {
    return new AppletSpec(PACKAGE + name, Hex.decode(aid), parameters);
  }
}
