// A small client of the Keycard protocol, for tests: it says what a host says, and on demand what
// none would.
package keyfence.testkit;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;

/** Drives one card through a {@link Plug}. */
public final class KeycardClient {
  public static final String PIN = "123456";
  public static final String PUK = "123456789012";
  public static final String ALTERNATIVE_PIN = "777777";
  public static final byte[] SECRET =
      HostChannel.sha("SHA-256", ascii("pairing secret of the tests"));

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Plug plug;
  private byte[] hostSecret = random(32);

  /** The card's public key of the last SELECT. */
  public byte[] cardKey;

  /** Pairing of the last PAIR. */
  public int slot;

  public byte[] pairingKey;

  /** The open channel, or null. */
  public HostChannel channel;

  public KeycardClient(Plug plug) {
    this.plug = plug;
  }

  /** A blank card, initialised with the constants above, paired, channel open, PIN not verified. */
  public static KeycardClient ready(Plug plug) {
    KeycardClient client = new KeycardClient(plug);
    client.select();
    client.init(standardInit());
    client.select();
    client.pairAndOpen();
    return client;
  }

  /** INIT's 58 bytes of the constants above. */
  public static byte[] standardInit() {
    return join(ascii(PIN), ascii(PUK), SECRET, bytes(3, 5), ascii(ALTERNATIVE_PIN));
  }

  public static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }

  public static byte[] random(int n) {
    byte[] b = new byte[n];
    RANDOM.nextBytes(b);
    return b;
  }

  /** Sends an APDU as it is; the channel's state isn't touched. */
  public Answer raw(byte[] apdu) {
    return Answer.split(plug.transmit(apdu), false);
  }

  /** Sends a command in clear, with Lc if there are data. */
  public Answer clear(int ins, int p1, int p2, byte[] data) {
    byte[] header = bytes(0x80, ins, p1, p2);
    return raw(data.length == 0 ? header : join(header, bytes(data.length), data));
  }

  /** Sends a command through the channel; a plain answer other than 9000 closes it. */
  public Answer send(int ins, int p1, int p2, byte[] data) {
    return receive(raw(channel.wrap(bytes(0x80, ins, p1, p2), data)));
  }

  /** Takes an answer that should be wrapped; a plain error means that the channel is closed. */
  public Answer receive(Answer answer) {
    if (answer.sw() != 0x9000) {
      channel = null;
      return answer;
    }
    return channel.unwrap(answer.data());
  }

  public Answer send(int ins, int p1, int p2) {
    return send(ins, p1, p2, new byte[0]);
  }

  /** SELECT by the instance AID; keeps the card's key. */
  public Answer select() {
    channel = null;
    Answer answer = raw(hex("00a4040009" + SimCard.KEYCARD));
    byte[] d = answer.data();
    if (answer.sw() == 0x9000) {
      int at = d[0] == (byte) 0x80 ? 2 : (d[1] == (byte) 0x81 ? 3 : 2) + 18 + 2;
      cardKey = Arrays.copyOfRange(d, at, at + 65);
    }
    return answer;
  }

  /** INIT with this plaintext. */
  public Answer init(byte[] plaintext) {
    return raw(initApdu(HostChannel.pad(plaintext)));
  }

  /** The INIT command of a padded plaintext. */
  public byte[] initApdu(byte[] padded) {
    byte[] iv = random(16);
    byte[] key = Curve.sharedX(hostSecret, cardKey);
    byte[] body = HostChannel.aes(Cipher.ENCRYPT_MODE, key, iv, padded);
    byte[] data = join(bytes(65), Curve.publicKey(hostSecret), iv, body);
    return join(bytes(0x80, 0xfe, 0, 0, data.length), data);
  }

  /** Both steps of PAIR; the status word is the second one's, or the first's if that failed. */
  public Answer pair(int p2, byte[] secret) {
    byte[] challenge = random(32);
    Answer first = clear(0x12, 0, p2, challenge);
    if (first.sw() != 0x9000) {
      return first;
    }
    byte[] expected = HostChannel.sha("SHA-256", secret, challenge);
    if (!Arrays.equals(expected, Arrays.copyOf(first.data(), 32))) {
      throw new AssertionError("the card doesn't know the pairing secret");
    }
    byte[] cardChallenge = Arrays.copyOfRange(first.data(), 32, 64);
    Answer second = clear(0x12, 1, 0, HostChannel.sha("SHA-256", secret, cardChallenge));
    if (second.sw() == 0x9000) {
      slot = second.data()[0] & 0xff;
      pairingKey = HostChannel.sha("SHA-256", secret, Arrays.copyOfRange(second.data(), 1, 33));
    }
    return second;
  }

  /** OPEN SECURE CHANNEL only: the half-open channel is kept. */
  public Answer openOnly() {
    channel = null;
    Answer answer = clear(0x10, slot, 0, Curve.publicKey(hostSecret));
    if (answer.sw() == 0x9000) {
      byte[] shared = Curve.sharedX(hostSecret, cardKey);
      channel = new HostChannel(shared, pairingKey, answer.data());
    }
    return answer;
  }

  /** OPEN SECURE CHANNEL and MUTUALLY AUTHENTICATE. */
  public void open() {
    expect(0x9000, openOnly());
    Answer answer = send(0x11, 0, 0, random(32));
    expect(0x9000, answer);
    if (answer.data().length != 32) {
      throw new AssertionError("MUTUALLY AUTHENTICATE answers 32 bytes");
    }
  }

  public void pairAndOpen() {
    expect(0x9000, pair(0, SECRET));
    open();
  }

  public Answer verifyPin(String pin) {
    return send(0x20, 0, 0, ascii(pin));
  }

  public Answer loadSeed(byte[] seed) {
    return send(0xd0, 3, 0, seed);
  }

  /** EXPORT KEY of a path from the master; what = P2. */
  public Answer export(byte[] path, int what) {
    return send(0xc2, 1, what, path);
  }

  /** Fails unless the answer has this status word. Returns its data. */
  public static byte[] expect(int sw, Answer answer) {
    if (answer.sw() != sw) {
      throw new AssertionError(String.format("expected %04x, got %s", sw, answer));
    }
    return answer.data();
  }
}
