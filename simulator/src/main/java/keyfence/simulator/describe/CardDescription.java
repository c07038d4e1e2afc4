package keyfence.simulator.describe;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A personalised card, from TOML or JSON; {@code card.schema.json} describes the format. All keys
 * are optional: an empty description is a card as it leaves the issuer.
 */
public final class CardDescription {
  /** The password that clients commonly use. */
  public static final String DEFAULT_PAIRING_PASSWORD = "KeycardDefaultPairing";

  final byte[] uid;
  final String pin;
  final String puk;
  final String alternativePin;
  final int pinLimit;
  final int pukLimit;
  final String pairingPassword;
  final byte[] pairingSecret;
  final byte[] seed;
  final List<PolicyRule> policy;
  final List<PolicyRule> floor;
  final byte[] authority;
  final byte[] ndef;
  final byte[] certificate;
  final byte[] identityKey;
  final byte[] issuerKey;

  private CardDescription(Fields fields) {
    uid = fields.bytes("uid", 16, 16);
    pin = fields.digits("pin", 6);
    puk = fields.digits("puk", 12);
    alternativePin = fields.digits("alternative_pin", 6);
    pinLimit = orElse(fields.number("pin_limit", 2, 10), 3);
    pukLimit = orElse(fields.number("puk_limit", 3, 12), 5);
    pairingSecret = fields.bytes("pairing_secret", 32, 32);
    String password = fields.text("pairing_password");
    pairingPassword = password == null ? DEFAULT_PAIRING_PASSWORD : password;
    seed = seed(fields);
    policy = PolicyRule.parseAll(fields, "policy");
    floor = PolicyRule.parseAll(fields, "floor");
    authority = fields.bytes("authority", 65, 65);
    ndef = Ndef.message(fields);
    Fields identity = fields.table("identity");
    certificate = identity == null ? null : identity.bytes("certificate", 98, 98);
    identityKey = identity == null ? null : identity.bytes("private_key", 32, 32);
    issuerKey = identity == null ? null : identity.bytes("issuer_key", 32, 32);
    fields.end();
    if (identity != null) {
      identity.end();
      checkIdentity(identity);
    }
    check(fields);
  }

  private static int orElse(Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }

  private static byte[] seed(Fields fields) {
    byte[] seed = fields.bytes("seed", 16, 64);
    String mnemonic = fields.text("mnemonic");
    String passphrase = fields.text("passphrase");
    if (mnemonic == null) {
      if (passphrase != null) {
        throw fields.wrong("passphrase", "belongs to a mnemonic");
      }
      return seed;
    }
    if (seed != null) {
      throw fields.wrong("seed", "and mnemonic exclude each other");
    }
    return Mnemonic.toSeed(mnemonic, passphrase == null ? "" : passphrase);
  }

  private void checkIdentity(Fields identity) {
    boolean given = certificate != null && identityKey != null && issuerKey == null;
    boolean made = certificate == null && identityKey == null && issuerKey != null;
    if (!given && !made) {
      throw identity.wrong("", "needs certificate and private_key, or issuer_key alone");
    }
  }

  private void check(Fields fields) {
    if (pin == null) {
      for (String name :
          List.of(
              "puk",
              "alternative_pin",
              "pin_limit",
              "puk_limit",
              "pairing_password",
              "pairing_secret",
              "seed",
              "mnemonic")) {
        if (fields.has(name)) {
          throw fields.wrong(name, "needs a pin: without one the card isn't initialised");
        }
      }
    } else if (puk == null) {
      throw fields.wrong("pin", "needs a puk");
    }
    if (fields.has("pairing_password") && pairingSecret != null) {
      throw fields.wrong("pairing_secret", "and pairing_password exclude each other");
    }
    if (pin != null && pin.equals(alternativePin)) {
      throw fields.wrong("alternative_pin", "has to differ from pin");
    }
  }

  /** Reads a description, in JSON if it starts with a brace, in TOML otherwise. */
  public static CardDescription parse(String text) {
    Map<String, Object> table =
        text.stripLeading().startsWith("{") ? Json.parse(text) : Toml.parse(text);
    table.remove("$schema");
    return new CardDescription(new Fields("", table));
  }

  /** Reads a description from a file. */
  public static CardDescription read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (DescriptionException e) {
      throw new DescriptionException(file + ": " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new DescriptionException("can't read " + file + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new DescriptionException(file + ": not a text in UTF-8", e);
    } catch (IOException e) {
      throw new DescriptionException("can't read " + file + ": " + e, e);
    }
  }
}
