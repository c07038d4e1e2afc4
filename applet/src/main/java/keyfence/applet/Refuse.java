// The refusals that occur most: one call each, where the status word would be spelled out a hundred
// times.
package keyfence.applet;

import javacard.framework.ISOException;

/** Each throws; smaller on the card than a constant and a call at every place. */
final class Refuse {
  private Refuse() {}

  /** SW 6A80. */
  static void data() {
    ISOException.throwIt(Protocol.SW_WRONG_DATA);
  }

  /** SW 6985. */
  static void conditions() {
    ISOException.throwIt(Protocol.SW_CONDITIONS);
  }

  /** SW 6A86. */
  static void parameters() {
    ISOException.throwIt(Protocol.SW_WRONG_P1P2);
  }

  /** SW 6D00. */
  static void instruction() {
    ISOException.throwIt(Protocol.SW_UNKNOWN_INS);
  }
}
