// Takes an APDU to its handler and the answer, or the error, back out: in clear or through the
// channel.
package keyfence.applet;

import javacard.framework.APDU;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;

/** Routing and wrapping; what a command means is its handler's business. */
final class Dispatcher implements Protocol {
  private static final byte RESET_P1 = (byte) 0xAA;
  private static final byte RESET_P2 = (byte) 0x55;

  /** Commands of an initialised card that are wrapped, or may be. */
  private static final byte[] WRAPPED = {
    INS_MUTUALLY_AUTHENTICATE, INS_UNPAIR, INS_IDENTIFY_CARD, INS_VERIFY_PIN, INS_CHANGE_PIN,
    INS_UNBLOCK_PIN, INS_SIGN, INS_SET_PINLESS_PATH, INS_EXPORT_KEY, INS_UPDATE_EXPORT_POLICY,
    INS_GET_EXPORT_POLICY, INS_GET_DATA, INS_STORE_DATA, INS_LOAD_KEY, INS_DERIVE_KEY,
    INS_GENERATE_MNEMONIC, INS_REMOVE_KEY, INS_GENERATE_KEY, INS_GET_STATUS
  };

  private final Lifecycle lifecycle;
  private final PairingSlots pairings;
  private final SecureChannel channel;
  private final Credentials credentials;
  private final PinCommands pins;
  private final KeyCommands keys;
  private final Bip32 bip32;
  private final ExportKey exports;
  private final SignCommands signs;
  private final PolicyStore policies;
  private final PolicyCommands policyCommands;

  /**
   * Builds the applet's objects. The policy's install parameters are len bytes at off; bad ones
   * throw.
   */
  Dispatcher(byte[] parameters, short off, short len) {
    Crypto.install();
    Secp256k1.install();
    Ecdsa.install();
    CardData.install();
    byte[] uid = new byte[UID_LENGTH];
    policies = new PolicyStore(parameters, off, len);
    pairings = new PairingSlots();
    credentials = new Credentials();
    ChannelKey channelKey = new ChannelKey();
    channel = new SecureChannel(channelKey, pairings);
    KeyTree tree = new KeyTree();
    bip32 = new Bip32(tree);
    PathResolver resolver = new PathResolver(tree);
    pins = new PinCommands(credentials, pairings, tree);
    keys = new KeyCommands(credentials, tree, bip32, resolver);
    ExportPolicy policy = new ExportPolicy(policies);
    exports = new ExportKey(credentials, tree, bip32, resolver, policy);
    signs = new SignCommands(credentials, tree, bip32, resolver, policy);
    policyCommands = new PolicyCommands(policies, credentials, uid);
    lifecycle = new Lifecycle(channelKey, pairings, credentials, tree, policies, uid);
  }

  /** Processes one command; an answer is wrapped if and only if the channel is open after it. */
  void process(APDU apdu, boolean selecting) {
    byte[] buffer = apdu.getBuffer();
    short len = 0;
    short sw = ISO7816.SW_NO_ERROR;
    try {
      lifecycle.finishReset();
      short lc = receive(apdu, buffer);
      len = selecting ? select(buffer) : run(buffer, lc);
    } catch (ISOException e) {
      sw = e.getReason();
    } catch (RuntimeException e) {
      // A fault of the platform or of ours: nothing of it leaves but this.
      sw = SW_INTERNAL;
    }
    if (sw != ISO7816.SW_NO_ERROR) {
      if (JCSystem.getTransactionDepth() != 0) {
        JCSystem.abortTransaction();
      }
      policies.dropUpload();
      len = 0;
    }
    bip32.wipe();
    short from = ANSWER;
    if (channel.isOpen()) {
      len = channel.wrap(buffer, len, sw);
      from = COMMAND;
      sw = ISO7816.SW_NO_ERROR;
    } else {
      wipeAround(buffer, len);
    }
    if (sw != ISO7816.SW_NO_ERROR) {
      ISOException.throwIt(sw);
    }
    if (len != 0) {
      apdu.setOutgoingAndSend(from, len);
    }
  }

  /** Reads all data of the command into the buffer. */
  static short receive(APDU apdu, byte[] buffer) {
    short got = apdu.setIncomingAndReceive();
    short lc = apdu.getIncomingLength();
    while (got < lc) {
      got += apdu.receiveBytes((short) (COMMAND + got));
    }
    return lc;
  }

  /** SW 6E00 for a class byte that no client sends. */
  static void requireClass(byte[] buffer) {
    byte cla = buffer[0];
    if (cla != CLA_ISO && cla != CLA_KEYCARD && cla != CLA_SECURE) {
      ISOException.throwIt(SW_UNKNOWN_CLA);
    }
  }

  /** Wipes the buffer but for the answer: a command may have left secrets there. */
  private static void wipeAround(byte[] buffer, short len) {
    short end = (short) (ANSWER + len);
    Crypto.wipe(buffer, COMMAND, (short) (ANSWER - COMMAND));
    Crypto.wipe(buffer, end, (short) ((short) buffer.length - end));
  }

  private short select(byte[] buffer) {
    channel.close();
    pairings.forget();
    credentials.select();
    policies.dropUpload();
    return lifecycle.select(buffer);
  }

  private short run(byte[] buffer, short lc) {
    byte ins = buffer[1];
    requireClass(buffer);
    if (ins != INS_UPDATE_EXPORT_POLICY) {
      policies.dropUpload();
    }
    if (!lifecycle.isInitialised()) {
      return runBlank(ins, buffer, lc);
    }
    switch (ins) {
      case INS_OPEN_SECURE_CHANNEL:
        channel.close();
        pairings.forgetPending();
        credentials.forgetVerification();
        return channel.open(buffer, lc);
      case INS_PAIR:
        if (channel.isOpen()) {
          Refuse.conditions();
        }
        return pairings.pair(buffer, lc);
      case INS_FACTORY_RESET:
        if (buffer[2] != RESET_P1 || buffer[3] != RESET_P2) {
          Refuse.parameters();
        }
        channel.close();
        lifecycle.factoryReset();
        return 0;
      default:
        if (!isKnown(ins)) {
          Refuse.instruction();
        }
        return channel.isOpen() ? runWrapped(ins, buffer, lc) : runClear(ins, buffer, lc);
    }
  }

  private short runBlank(byte ins, byte[] buffer, short lc) {
    if (ins == INS_IDENTIFY_CARD) {
      return Identity.identify(buffer, lc);
    }
    if (ins != INS_INIT) {
      Refuse.instruction();
    }
    lifecycle.initialise(buffer, channel.decryptInit(buffer, lc));
    return 0;
  }

  private static boolean isKnown(byte ins) {
    for (short i = 0; i < (short) WRAPPED.length; i++) {
      if (WRAPPED[i] == ins) {
        return true;
      }
    }
    return false;
  }

  /** No channel, or a half-open one, which stays unless MUTUALLY AUTHENTICATE fails. */
  private short runClear(byte ins, byte[] buffer, short lc) {
    switch (ins) {
      case INS_IDENTIFY_CARD:
        return Identity.identify(buffer, lc);
      case INS_GET_DATA:
        return DataCommands.get(buffer);
      case INS_SIGN:
        if (SignCommands.isPinless(buffer[2])) {
          return signs.sign(buffer, lc);
        }
        break;
      case INS_MUTUALLY_AUTHENTICATE:
        if (channel.isHalfOpen()) {
          if (channel.unwrap(buffer, lc) != SECRET_LENGTH) {
            channel.close();
            ISOException.throwIt(SW_SECURITY);
          }
          return channel.authenticate(buffer);
        }
        break;
      default:
    }
    Refuse.conditions();
    return 0;
  }

  private short runWrapped(byte ins, byte[] buffer, short lc) {
    short len = channel.unwrap(buffer, lc);
    if (len == -1) {
      channel.close();
      ISOException.throwIt(SW_SECURITY);
    }
    if (len < 0) {
      Refuse.data();
    }
    switch (ins) {
      case INS_VERIFY_PIN:
        return pins.verify(buffer, len);
      case INS_CHANGE_PIN:
        return pins.change(buffer, len);
      case INS_UNBLOCK_PIN:
        return pins.unblock(buffer, len);
      case INS_UNPAIR:
        credentials.requirePin();
        return pairings.unpair(buffer);
      case INS_STORE_DATA:
        credentials.requirePin();
        return DataCommands.store(buffer, len);
      case INS_GET_DATA:
        return DataCommands.get(buffer);
      case INS_IDENTIFY_CARD:
        return Identity.identify(buffer, len);
      case INS_SIGN:
        return signs.sign(buffer, len);
      case INS_SET_PINLESS_PATH:
        return signs.setPinlessPath(buffer, len);
      case INS_GENERATE_MNEMONIC:
        return Mnemonic.generate(buffer);
      case INS_GET_STATUS:
        return keys.status(buffer);
      case INS_LOAD_KEY:
        return keys.load(buffer, len);
      case INS_GENERATE_KEY:
        return keys.generate(buffer);
      case INS_REMOVE_KEY:
        return keys.remove();
      case INS_DERIVE_KEY:
        return keys.derive(buffer, len);
      case INS_EXPORT_KEY:
        return exports.export(buffer, len);
      case INS_UPDATE_EXPORT_POLICY:
        return policyCommands.update(buffer, len);
      case INS_GET_EXPORT_POLICY:
        return policyCommands.get(buffer, len);
      default:
        // MUTUALLY AUTHENTICATE a second time.
        Refuse.conditions();
        return 0;
    }
  }
}
