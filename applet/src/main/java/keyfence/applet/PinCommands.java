// VERIFY PIN, CHANGE PIN, UNBLOCK PIN.
package keyfence.applet;

import javacard.framework.ISOException;

/**
 * What the three commands check before they ask the credentials, and what follows a verified PIN.
 */
final class PinCommands implements Protocol {
  private static final byte CHANGE_PIN = 0;
  private static final byte CHANGE_PUK = 1;
  private static final byte CHANGE_SECRET = 2;

  private final Credentials credentials;
  private final PairingSlots pairings;
  private final KeyTree keys;

  PinCommands(Credentials credentials, PairingSlots pairings, KeyTree keys) {
    this.credentials = credentials;
    this.pairings = pairings;
    this.keys = keys;
  }

  /** VERIFY PIN: malformed data cost no try and end no earlier verification. */
  short verify(byte[] apdu, short len) {
    requireDigits(apdu, len, Credentials.PIN_LENGTH);
    if (!credentials.verifyPin(apdu, COMMAND)) {
      ISOException.throwIt(Credentials.triesLeft(credentials.pinTries()));
    }
    keys.enterTree(credentials.current());
    return 0;
  }

  /** CHANGE PIN: the current PIN, the PUK, or the pairing secret for pairings to come. */
  short change(byte[] apdu, short len) {
    credentials.requirePin();
    switch (apdu[2]) {
      case CHANGE_PIN:
        requireDigits(apdu, len, Credentials.PIN_LENGTH);
        credentials.changePin(apdu, COMMAND);
        break;
      case CHANGE_PUK:
        requireDigits(apdu, len, Credentials.PUK_LENGTH);
        credentials.changePuk(apdu, COMMAND);
        break;
      case CHANGE_SECRET:
        if (len != SECRET_LENGTH) {
          Refuse.data();
        }
        pairings.setSecret(apdu, COMMAND);
        break;
      default:
        Refuse.parameters();
    }
    return 0;
  }

  /** UNBLOCK PIN: only a blocked one, then the form, then the PUK. */
  short unblock(byte[] apdu, short len) {
    if (credentials.pinTries() != 0) {
      Refuse.conditions();
    }
    requireDigits(apdu, len, (short) (Credentials.PUK_LENGTH + Credentials.PIN_LENGTH));
    if (!credentials.unblock(apdu, COMMAND, (short) (COMMAND + Credentials.PUK_LENGTH))) {
      ISOException.throwIt(Credentials.triesLeft(credentials.pukTries()));
    }
    keys.enterTree(credentials.current());
    return 0;
  }

  private static void requireDigits(byte[] apdu, short len, short wanted) {
    if (len != wanted || !Credentials.areDigits(apdu, COMMAND, len)) {
      Refuse.data();
    }
  }
}
