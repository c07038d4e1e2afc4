// The host's side of secure channel V1, on the JDK's AES.
package keyfence.testkit;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Session keys and the chain of MACs. Public fields: tests break them on purpose. */
public final class HostChannel {
  public byte[] encryptionKey;
  public byte[] macKey;
  public byte[] iv;

  /** Keys from OPEN SECURE CHANNEL's answer. */
  public HostChannel(byte[] sharedX, byte[] pairingKey, byte[] answer) {
    byte[] keys = sha("SHA-512", sharedX, pairingKey, Arrays.copyOf(answer, 32));
    encryptionKey = Arrays.copyOf(keys, 32);
    macKey = Arrays.copyOfRange(keys, 32, 64);
    iv = Arrays.copyOfRange(answer, 32, 48);
  }

  /** A digest over the concatenation. */
  public static byte[] sha(String name, byte[]... parts) {
    try {
      return MessageDigest.getInstance(name).digest(Hex.join(parts));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** AES-CBC without padding. */
  public static byte[] aes(int mode, byte[] key, byte[] iv, byte[] data) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      return cipher.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** ISO 9797-1 method 2. */
  public static byte[] pad(byte[] data) {
    byte[] out = Arrays.copyOf(data, (data.length / 16 + 1) * 16);
    out[data.length] = (byte) 0x80;
    return out;
  }

  private static byte[] unpad(byte[] data) {
    int n = data.length - 1;
    while (data[n] == 0) {
      n--;
    }
    if (data[n] != (byte) 0x80) {
      throw new AssertionError("the card's padding is wrong");
    }
    return Arrays.copyOf(data, n);
  }

  private byte[] mac(byte[] firstBlock, byte[] body) {
    byte[] all = aes(Cipher.ENCRYPT_MODE, macKey, new byte[16], Hex.join(firstBlock, body));
    return Arrays.copyOfRange(all, all.length - 16, all.length);
  }

  /** The wrapped APDU of a command whose header is CLA INS P1 P2; it counts in the chain. */
  public byte[] wrap(byte[] header, byte[] data) {
    return wrapPadded(header, pad(data));
  }

  /** The same for data that are padded already, well or badly. */
  public byte[] wrapPadded(byte[] header, byte[] padded) {
    byte[] body = aes(Cipher.ENCRYPT_MODE, encryptionKey, iv, padded);
    byte[] first = Arrays.copyOf(header, 16);
    first[4] = (byte) (body.length + 16);
    iv = mac(first, body);
    return Hex.join(header, Hex.bytes(body.length + 16), iv, body);
  }

  /** Opens an answer (without the outer status word); it counts in the chain. */
  public Answer unwrap(byte[] data) {
    byte[] body = Arrays.copyOfRange(data, 16, data.length);
    byte[] first = new byte[16];
    first[0] = (byte) data.length;
    byte[] expected = mac(first, body);
    if (!Arrays.equals(expected, Arrays.copyOf(data, 16))) {
      throw new AssertionError("the card's MAC is wrong");
    }
    byte[] plain = unpad(aes(Cipher.DECRYPT_MODE, encryptionKey, iv, body));
    iv = expected;
    return Answer.split(plain, true);
  }
}
