package keyfence.simulator.describe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import keyfence.simulator.card.Keyfence;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.host.HostSession;
import keyfence.simulator.host.Identity;

/**
 * Makes the card that a description describes: by its installation and then by commands, as an
 * issuer and an owner do.
 */
public final class Personaliser {
  private static final int LOAD_KEY = 0xD0;
  private static final int LOAD_SEED = 3;
  private static final int STORE_DATA = 0xE2;

  private final CardDescription description;

  /** For a description. */
  public Personaliser(CardDescription description) {
    this.description = description;
  }

  /** What the installation needs: parameters, UID, content of the NDEF applet. */
  public void prepare(SimulatedCard.Builder builder) {
    builder.applets(Keyfence.applets(installParameters(), ndefParameters()));
    if (description.uid != null) {
      builder.uid(description.uid);
    }
  }

  private byte[] installParameters() {
    ByteArrayOutputStream parameters = new ByteArrayOutputStream();
    tlv(parameters, 0x90, description.authority);
    tlv(
        parameters,
        0x91,
        description.policy == null ? null : PolicyRule.encodePolicy(description.policy));
    tlv(
        parameters,
        0x92,
        description.floor == null ? null : PolicyRule.encodeFloor(description.floor));
    return parameters.toByteArray();
  }

  private static void tlv(ByteArrayOutputStream out, int tag, byte[] value) {
    if (value != null) {
      out.write(tag);
      out.write(value.length);
      out.writeBytes(value);
    }
  }

  private byte[] ndefParameters() {
    byte[] message = description.ndef;
    if (message == null) {
      return new byte[0];
    }
    byte[] parameters = new byte[2 + message.length];
    parameters[0] = (byte) (message.length >> 8);
    parameters[1] = (byte) message.length;
    System.arraycopy(message, 0, parameters, 2, message.length);
    return parameters;
  }

  /** What comes after the installation; the card is left as after a reset. */
  public void personalise(SimulatedCard card) {
    SecureRandom random = card.context().random().asSecureRandom();
    HostSession host = new HostSession(card, random);
    try {
      identify(host, random);
      initialise(host);
    } catch (HostSession.RefusedException e) {
      throw new DescriptionException("this card can't be made: " + e.getMessage(), e);
    }
    card.powerUp();
  }

  private void identify(HostSession host, SecureRandom random) {
    byte[] identity = null;
    if (description.issuerKey != null) {
      identity = Identity.issue(description.issuerKey, random);
    } else if (description.certificate != null) {
      identity = new byte[98 + 32];
      System.arraycopy(description.certificate, 0, identity, 0, 98);
      System.arraycopy(description.identityKey, 0, identity, 98, 32);
    }
    if (identity != null) {
      host.select(Keyfence.IDENT_AID);
      host.plain(0x80, STORE_DATA, 0, 0, identity);
    }
  }

  private void initialise(HostSession host) {
    if (description.pin == null) {
      return;
    }
    byte[] secret =
        description.pairingSecret != null
            ? description.pairingSecret
            : HostSession.pairingSecret(description.pairingPassword);
    ByteArrayOutputStream plaintext = new ByteArrayOutputStream();
    plaintext.writeBytes(description.pin.getBytes(StandardCharsets.US_ASCII));
    plaintext.writeBytes(description.puk.getBytes(StandardCharsets.US_ASCII));
    plaintext.writeBytes(secret);
    plaintext.write(description.pinLimit);
    plaintext.write(description.pukLimit);
    if (description.alternativePin != null) {
      plaintext.writeBytes(description.alternativePin.getBytes(StandardCharsets.US_ASCII));
    }
    host.selectKeycard(Keyfence.KEYCARD_AID);
    host.init(plaintext.toByteArray());
    if (description.seed != null) {
      host.selectKeycard(Keyfence.KEYCARD_AID);
      host.open(secret);
      host.verifyPin(description.pin);
      host.command(LOAD_KEY, LOAD_SEED, 0, description.seed);
    }
  }
}
