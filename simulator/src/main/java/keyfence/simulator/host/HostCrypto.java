package keyfence.simulator.host;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The symmetric part of the card protocol, on the host's side. */
final class HostCrypto {
  private static final int BLOCK = 16;
  private static final int PAIRING_ROUNDS = 50_000;

  private HostCrypto() {}

  static byte[] hash(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] pairingSecret(String password) {
    try {
      byte[] salt =
          "Keycard Pairing Password Salt".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(new PBEKeySpec(password.toCharArray(), salt, PAIRING_ROUNDS, 256))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] cbc(int mode, byte[] key, byte[] iv, byte[] data) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      return cipher.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** AES-CBC with ISO 9797-1 padding method 2. */
  static byte[] encrypt(byte[] key, byte[] iv, byte[] plain) {
    byte[] padded = Arrays.copyOf(plain, (plain.length / BLOCK + 1) * BLOCK);
    padded[plain.length] = (byte) 0x80;
    return cbc(Cipher.ENCRYPT_MODE, key, iv, padded);
  }

  static byte[] decrypt(byte[] key, byte[] iv, byte[] ciphertext) {
    byte[] padded = cbc(Cipher.DECRYPT_MODE, key, iv, ciphertext);
    int end = padded.length - 1;
    while (end >= 0 && padded[end] == 0) {
      end--;
    }
    if (end < 0 || padded[end] != (byte) 0x80) {
      throw new IllegalStateException("an answer with bad padding");
    }
    return Arrays.copyOf(padded, end);
  }

  /** The last block of AES-CBC over whole blocks. */
  static byte[] mac(byte[] key, byte[] data) {
    byte[] all = cbc(Cipher.ENCRYPT_MODE, key, new byte[BLOCK], data);
    return Arrays.copyOfRange(all, all.length - BLOCK, all.length);
  }
}
