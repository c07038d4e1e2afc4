// The paths this project began with, opened by a policy and exported; and those that no policy
// opens.
package keyfence.applet.closure;

import static keyfence.testkit.KeycardClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import keyfence.testkit.Authority;
import keyfence.testkit.Encoded;
import keyfence.testkit.Hex;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.Test;

class BeginningsTest {
  private static final long H = 0x80000000L;
  private static final Authority AUTHORITY = new Authority(1);

  /** A rule and the paths that it opens. */
  private static final String[][] OPENED = {
    {
      "m/44'/60'/0'/0/[1073741824'..1073741825']",
      "m/44'/60'/0'/0/1073741824'",
      "m/44'/60'/0'/0/1073741825'"
    },
    {"m/44'/60'/0'/0/[1073741900'..1073741999']", "m/44'/60'/0'/0/1073741950'"},
    {
      "m/43'/60'/1581'/[0'..5']/{1..6}",
      "m/43'/60'/1581'/0'/0",
      "m/43'/60'/1581'/1'/0",
      "m/43'/60'/1581'/5'/0/3'"
    },
    {"m/44'/1237'/[0'..0']/{2..2}", "m/44'/1237'/0'/0/0"},
    {"m/83696968'/128169'/32'/[0'..0']", "m/83696968'/128169'/32'/0'"},
  };

  private static final String[] NEVER = {
    "m",
    "m/44'",
    "m/44'/60'",
    "m/44'/60'/0'/0/0",
    "m/84'/0'/0'/0/0",
    "m/84'/0'/2147483646'/0/0",
    "m/86'/0'/0'",
    "m/49'/0'/0'",
    "m/48'/0'/0'/2'",
    "m/0'/0'/0'",
    "m/352'/0'/0'/0'/0",
    "m/83696968'/39'/0'/12'/0'",
  };

  private final KeycardClient client =
      KeycardClient.ready(SimCard.keycard(Encoded.tlv(0x90, AUTHORITY.key())));
  private int sequence;

  BeginningsTest() {
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    expect(0x9000, client.loadSeed(World.SEED));
  }

  private int update(byte[] rule) {
    byte[] policy = Encoded.policy(sequence + 1, Encoded.list(rule));
    int sw = client.send(0xc8, 0x80, 0, AUTHORITY.sign(policy)).sw();
    sequence += sw == 0x9000 ? 1 : 0;
    return sw;
  }

  @Test
  void eachIsOpenedByAPolicyAndExported() {
    for (String[] opened : OPENED) {
      assertEquals(0x9000, update(Encoded.rule(opened[0])), opened[0]);
      for (String path : Arrays.asList(opened).subList(1, opened.length)) {
        byte[] answer = expect(0x9000, client.export(Encoded.path(path), 0));
        assertEquals("a1228120" + Hex.hex(secret(path)), Hex.hex(answer), path);
        assertEquals(0x6985, client.export(Encoded.path(path), 2).sw(), path);
      }
    }
  }

  @Test
  void theseByNoPolicyWhatever() {
    for (String text : NEVER) {
      byte[] path = Encoded.path(text);
      for (byte[] rule : rulesThatMatch(path)) {
        assertEquals(0x6a80, update(rule), text + " by " + Hex.hex(rule));
      }
      assertEquals(0x6985, client.export(path, 0).sw(), text);
    }
  }

  /**
   * Every shape of rule that would match the path: each component as the boundary, narrow and wide.
   */
  private static List<byte[]> rulesThatMatch(byte[] path) {
    long[] components = new long[path.length / 4];
    for (int i = 0; i < components.length; i++) {
      components[i] = new BigInteger(1, Arrays.copyOfRange(path, 4 * i, 4 * i + 4)).longValue();
    }
    List<byte[]> rules = new ArrayList<>();
    for (int k = 0; k < components.length && k <= 8; k++) {
      long[] prefix = Arrays.copyOf(components, k);
      int tail = components.length - k - 1;
      long boundary = components[k];
      rules.add(Encoded.rule(prefix, boundary, boundary, tail, tail, 1));
      rules.add(Encoded.rule(prefix, boundary, boundary, 0, 9 - k, 1));
      if (boundary >= H) {
        rules.add(Encoded.rule(prefix, H, 0xffffffffL, tail, tail, 1));
        rules.add(Encoded.rule(prefix, boundary, 0xffffffffL, tail, tail, 1));
      }
    }
    return rules;
  }

  private static byte[] secret(String path) {
    byte[] node = Bip32Math.hmac(KeycardClient.ascii("Bitcoin seed"), World.SEED);
    BigInteger secret = new BigInteger(1, Arrays.copyOf(node, 32));
    byte[] chainCode = Arrays.copyOfRange(node, 32, 64);
    for (String part : path.substring(2).split("/")) {
      long index = Encoded.component(part);
      Bip32Math.Step step =
          index >= H
              ? Bip32Math.hardened(secret, chainCode, index)
              : Bip32Math.soft(Bip32Math.publicPoint(secret).compressed(), chainCode, index);
      secret = secret.add(step.tweak()).mod(Points.N);
      chainCode = step.chainCode();
    }
    return Bip32Math.bytes(secret);
  }
}
