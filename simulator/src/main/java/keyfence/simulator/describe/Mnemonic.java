package keyfence.simulator.describe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.List;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** BIP-39: from words to a seed, with the checksum checked. */
final class Mnemonic {
  private static final String WORDS = "/bip39-english.txt";
  private static final int ROUNDS = 2048;
  private static final int SEED_BITS = 512;

  private Mnemonic() {}

  static byte[] toSeed(String mnemonic, String passphrase) {
    String[] words = mnemonic.trim().toLowerCase(java.util.Locale.ROOT).split("\\s+");
    check(words);
    char[] password =
        Normalizer.normalize(String.join(" ", words), Normalizer.Form.NFKD).toCharArray();
    byte[] salt =
        ("mnemonic" + Normalizer.normalize(passphrase, Normalizer.Form.NFKD))
            .getBytes(StandardCharsets.UTF_8);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
          .generateSecret(new PBEKeySpec(password, salt, ROUNDS, SEED_BITS))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void check(String[] words) {
    if (words.length % 3 != 0 || words.length < 12 || words.length > 24) {
      throw new DescriptionException(
          "mnemonic has " + words.length + " words, not 12, 15, 18, 21 or 24");
    }
    List<String> list = list();
    int bits = words.length * 11;
    byte[] entropy = new byte[bits / 33 * 4];
    int checksum = 0;
    int position = 0;
    for (int i = 0; i < words.length; i++) {
      int index = list.indexOf(words[i]);
      if (index < 0) {
        throw new DescriptionException("mnemonic: word " + (i + 1) + " isn't on the list");
      }
      for (int bit = 10; bit >= 0; bit--, position++) {
        int value = index >> bit & 1;
        if (position < entropy.length * 8) {
          entropy[position / 8] |= (byte) (value << 7 - position % 8);
        } else {
          checksum = checksum << 1 | value;
        }
      }
    }
    try {
      int first = MessageDigest.getInstance("SHA-256").digest(entropy)[0] & 0xff;
      if (first >> 8 - entropy.length / 4 != checksum) {
        throw new DescriptionException("mnemonic: the checksum is wrong, so some word is");
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> list() {
    try (InputStream in = Mnemonic.class.getResourceAsStream(WORDS);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
