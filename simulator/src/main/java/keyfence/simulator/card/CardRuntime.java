package keyfence.simulator.card;

import com.licel.jcardsim.base.ApduCase;
import com.licel.jcardsim.base.SimulatorRuntime;
import java.util.Arrays;
import java.util.SortedMap;
import javacard.framework.AID;
import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacardx.apdu.ExtendedLength;
import keyfence.simulator.memory.CardContext;
import keyfence.simulator.memory.Journal;
import keyfence.simulator.memory.PowerLoss;

/**
 * jCardSim's runtime with the rules of a card: selection by AID, transactions that are taken back,
 * applets that stop when the power goes.
 */
final class CardRuntime extends SimulatorRuntime {
  static final int SW_LOGICAL_CHANNEL = 0x6881;

  private final CardContext context;

  CardRuntime(CardContext context) {
    super(context.transients());
    this.context = context;
    context.setBuffers(shortAPDU, extendedAPDU);
  }

  /** Makes this card the one of the calling thread. */
  void enter() {
    activateSimulatorRuntimeInstance();
    context.enter();
  }

  /** The applets by AID. */
  SortedMap<AID, ApplicationInstance> applets() {
    return applets;
  }

  /** The AID of the selected applet, null when there is none. */
  AID selected() {
    return currentAID;
  }

  /** Sets the selected applet, for a card put back to an earlier state. */
  void setSelected(AID aid) {
    currentAID = aid;
  }

  @Override
  public byte[] transmitCommand(byte[] command) {
    enter();
    if (command.length < 4 || command.length > 261 + 4) {
      return status(ISO7816.SW_WRONG_LENGTH);
    }
    ApduCase apduCase;
    try {
      apduCase = ApduCase.getCase(command);
    } catch (IllegalArgumentException e) {
      return status(ISO7816.SW_WRONG_LENGTH);
    }
    selecting = false;
    if (!apduCase.isExtended() && isAppletSelectionApdu(command)) {
      if ((command[ISO7816.OFFSET_CLA] & 3) != 0) {
        return status((short) SW_LOGICAL_CHANNEL);
      }
      AID found = findAppletForSelectApdu(command, apduCase);
      if (found == null) {
        return status(ISO7816.SW_FILE_NOT_FOUND);
      }
      deselectCurrent();
      currentAID = found;
      selecting = true;
    }
    Applet applet = getApplet(currentAID);
    if (applet == null) {
      return status(ISO7816.SW_COMMAND_NOT_ALLOWED);
    }
    if (apduCase.isExtended() && !(applet instanceof ExtendedLength)) {
      return status(ISO7816.SW_WRONG_LENGTH);
    }
    usingExtendedAPDUs = apduCase.isExtended();
    return run(applet, apduCase, command);
  }

  private byte[] run(Applet applet, ApduCase apduCase, byte[] command) {
    responseBufferSize = 0;
    APDU apdu = getCurrentAPDU();
    short sw = ISO7816.SW_NO_ERROR;
    try {
      if (selecting && !accepts(applet)) {
        currentAID = null;
        return status(ISO7816.SW_APPLET_SELECT_FAILED);
      }
      resetAPDU(apdu, apduCase, command);
      applet.process(apdu);
    } catch (ISOException e) {
      sw = e.getReason();
    } catch (RuntimeException e) {
      sw = ISO7816.SW_UNKNOWN;
    } finally {
      selecting = false;
      resetAPDU(apdu, null, null);
      if (!context.journal().isPowerLost()) {
        endTransaction();
      }
    }
    if (context.journal().isPowerLost()) {
      throw new PowerLoss();
    }
    int data = carriesData(sw) ? responseBufferSize : 0;
    byte[] response = Arrays.copyOf(responseBuffer, data + 2);
    response[data] = (byte) (sw >> 8);
    response[data + 1] = (byte) sw;
    return response;
  }

  private boolean accepts(Applet applet) {
    boolean accepted;
    try {
      accepted = applet.select();
    } catch (RuntimeException e) {
      accepted = false;
    }
    endTransaction();
    return accepted;
  }

  private void deselectCurrent() {
    Applet applet = getApplet(currentAID);
    if (applet != null) {
      try {
        applet.deselect();
      } catch (RuntimeException ignored) {
        // A card deselects an applet whatever it throws.
      }
    }
    endTransaction();
    context.transients().deselected();
  }

  /** What a card does when an applet hands back control with a transaction open. */
  private void endTransaction() {
    if (context.journal().isOpen()) {
      context.journal().abort();
    }
  }

  private static boolean carriesData(short sw) {
    int sw1 = (sw >> 8) & 0xff;
    return sw1 >= 0x61 && sw1 <= 0x63 || sw1 >= 0x90 && sw1 <= 0x9f;
  }

  private static byte[] status(short sw) {
    return new byte[] {(byte) (sw >> 8), (byte) sw};
  }

  @Override
  protected AID findAppletForSelectApdu(byte[] command, ApduCase apduCase) {
    if (apduCase == ApduCase.Case1 || apduCase == ApduCase.Case2) {
      return null;
    }
    return super.findAppletForSelectApdu(command, apduCase);
  }

  @Override
  public void reset() {
    enter();
    super.reset();
    context.journal().powerUp();
    selecting = false;
    usingExtendedAPDUs = false;
  }

  @Override
  public void beginTransaction() {
    context.journal().begin();
  }

  @Override
  public void commitTransaction() {
    context.journal().commit();
  }

  @Override
  public void abortTransaction() {
    context.journal().abort();
  }

  @Override
  public byte getTransactionDepth() {
    return (byte) (context.journal().isOpen() ? 1 : 0);
  }

  @Override
  public short getUnusedCommitCapacity() {
    return (short) context.journal().unusedCapacity();
  }

  @Override
  public short getMaxCommitCapacity() {
    return Journal.COMMIT_CAPACITY;
  }

  @Override
  public boolean isObjectDeletionSupported() {
    return true;
  }
}
