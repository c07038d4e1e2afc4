package keyfence.simulator.host;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import keyfence.simulator.card.Hex;
import keyfence.simulator.card.SimulatedCard;

/**
 * The host's side of the card protocol, as far as personalising a card needs it: INIT, an ephemeral
 * pairing, the secure channel, commands in it. An answer other than 9000 ends it with an exception.
 */
public final class HostSession {
  private static final int PAIR = 0x12;
  private static final int OPEN = 0x10;
  private static final int AUTHENTICATE = 0x11;
  private static final int EPHEMERAL = 0xFF;

  private final SimulatedCard card;
  private final SecureRandom random;
  private byte[] publicKey;
  private byte[] encryptionKey;
  private byte[] macKey;
  private byte[] iv;

  /** A session with a card; secrets are drawn from the given source. */
  public HostSession(SimulatedCard card, SecureRandom random) {
    this.card = card;
    this.random = random;
  }

  /** A command was refused. */
  public static final class RefusedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final int sw;

    RefusedException(int ins, int sw) {
      super(String.format("the card answered %04X to command %02X", sw, ins));
      this.sw = sw;
    }

    /** The status word. */
    public int sw() {
      return sw;
    }
  }

  /** Sends a command in clear; returns the answer's data. */
  public byte[] plain(int cla, int ins, int p1, int p2, byte[] data) {
    byte[] command = new byte[5 + data.length];
    command[0] = (byte) cla;
    command[1] = (byte) ins;
    command[2] = (byte) p1;
    command[3] = (byte) p2;
    command[4] = (byte) data.length;
    System.arraycopy(data, 0, command, 5, data.length);
    return checked(ins, card.transmit(command));
  }

  private static byte[] checked(int ins, byte[] answer) {
    int sw = (answer[answer.length - 2] & 0xff) << 8 | answer[answer.length - 1] & 0xff;
    if (sw != 0x9000) {
      throw new RefusedException(ins, sw);
    }
    return Arrays.copyOf(answer, answer.length - 2);
  }

  /** Selects an applet. */
  public byte[] select(String aid) {
    return plain(0, 0xA4, 4, 0, Hex.decode(aid));
  }

  /** Selects the Keycard applet and takes its public key from the answer, initialised or not. */
  public void selectKeycard(String aid) {
    byte[] answer = select(aid);
    int offset = 2;
    if (answer[0] == (byte) 0xA4) {
      offset = 2 + (answer[1] == (byte) 0x81 ? 1 : 0) + 2 + 16 + 2;
    }
    publicKey = Arrays.copyOfRange(answer, offset, offset + 65);
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** INIT with a plaintext. */
  public void init(byte[] plaintext) {
    BigInteger key = Curve.randomScalar(random);
    byte[] ivector = randomBytes(16);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write(65);
    data.writeBytes(Curve.multiplyGenerator(key).getEncoded(false));
    data.writeBytes(ivector);
    data.writeBytes(HostCrypto.encrypt(Curve.sharedX(key, publicKey), ivector, plaintext));
    plain(0x80, 0xFE, 0, 0, data.toByteArray());
  }

  /** The pairing secret of a password. */
  public static byte[] pairingSecret(String password) {
    return HostCrypto.pairingSecret(password);
  }

  /** Takes the ephemeral pairing and opens the channel. */
  public void open(byte[] pairingSecret) {
    byte[] challenge = randomBytes(32);
    byte[] first = plain(0x80, PAIR, 0, 1, challenge);
    byte[] cryptogram = HostCrypto.hash("SHA-256", pairingSecret, challenge);
    if (!Arrays.equals(cryptogram, Arrays.copyOf(first, 32))) {
      throw new IllegalStateException("the card has another pairing secret");
    }
    byte[] answer = HostCrypto.hash("SHA-256", pairingSecret, Arrays.copyOfRange(first, 32, 64));
    byte[] second = plain(0x80, PAIR, 1, 0, answer);
    byte[] pairingKey =
        HostCrypto.hash("SHA-256", pairingSecret, Arrays.copyOfRange(second, 1, 33));
    BigInteger key = Curve.randomScalar(random);
    byte[] opened = plain(0x80, OPEN, EPHEMERAL, 0, Curve.multiplyGenerator(key).getEncoded(false));
    byte[] keys =
        HostCrypto.hash(
            "SHA-512", Curve.sharedX(key, publicKey), pairingKey, Arrays.copyOf(opened, 32));
    encryptionKey = Arrays.copyOf(keys, 32);
    macKey = Arrays.copyOfRange(keys, 32, 64);
    iv = Arrays.copyOfRange(opened, 32, 48);
    command(AUTHENTICATE, 0, 0, randomBytes(32));
  }

  /** Sends a command in the channel; returns the answer's data. */
  public byte[] command(int ins, int p1, int p2, byte[] data) {
    return checked(ins, unwrap(ins, plain(0x80, ins, p1, p2, wrap(ins, p1, p2, data))));
  }

  private byte[] wrap(int ins, int p1, int p2, byte[] data) {
    byte[] ciphertext = HostCrypto.encrypt(encryptionKey, iv, data);
    byte[] header = {
      (byte) 0x80, (byte) ins, (byte) p1, (byte) p2, (byte) (16 + ciphertext.length)
    };
    iv = HostCrypto.mac(macKey, join(Arrays.copyOf(header, 16), ciphertext));
    return join(iv, ciphertext);
  }

  private byte[] unwrap(int ins, byte[] answer) {
    byte[] mac = Arrays.copyOf(answer, 16);
    byte[] ciphertext = Arrays.copyOfRange(answer, 16, answer.length);
    byte[] header = new byte[16];
    header[0] = (byte) answer.length;
    if (!Arrays.equals(mac, HostCrypto.mac(macKey, join(header, ciphertext)))) {
      throw new IllegalStateException(String.format("the answer to %02X has a wrong MAC", ins));
    }
    byte[] plain = HostCrypto.decrypt(encryptionKey, iv, ciphertext);
    iv = mac;
    return plain;
  }

  /** VERIFY PIN. */
  public void verifyPin(String pin) {
    command(0x20, 0, 0, pin.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }
}
