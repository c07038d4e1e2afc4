// A refused export derives nothing, and what changing the policy costs.
package keyfence.simulator.policy;

import static keyfence.testkit.Hex.join;
import static keyfence.testkit.KeycardClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.count.Counters;
import keyfence.testkit.Authority;
import keyfence.testkit.Encoded;
import keyfence.testkit.KeycardClient;
import org.junit.jupiter.api.Test;

class RefusalCostsTest {
  private static final Authority ISSUER = new Authority(1);
  private static final int PRIVATE = 0;
  private static final int EXTENDED_PUBLIC = 2;

  private final SimulatedCard card =
      SimulatedCard.builder().installParameters(Encoded.tlv(0x90, ISSUER.key())).build();
  private final KeycardClient client = KeycardClient.ready(card::transmit);

  private void verifyAndLoad() {
    expect(0x9000, client.verifyPin(KeycardClient.PIN));
    expect(0x9000, client.loadSeed(new byte[64]));
  }

  private void assertNothingDerived() {
    Counters counters = card.counters();
    assertEquals(0, counters.ecMultiplications);
    assertEquals(0, counters.ecdsaSign + counters.ecdsaVerify);
    assertEquals(0, counters.hmacSha512);
    assertEquals(0, counters.persistentBytes);
  }

  @Test
  void refusedExportsDeriveNothing() {
    verifyAndLoad();
    String[] kept = {"m", "m/44'/60'/0'/0/0", "m/43'/60'/1581'/2'/0", "m/43'/60'/1581'/0'"};
    for (String path : kept) {
      expect(0x6985, client.export(Encoded.path(path), PRIVATE));
      assertNothingDerived();
    }
    for (String path : new String[] {"m/43'/60'/1581'/0'", "m/43'/60'/1581'/1'/0/0"}) {
      expect(0x6985, client.export(Encoded.path(path), EXTENDED_PUBLIC));
      assertNothingDerived();
    }
    expect(0x9000, client.export(Encoded.path("m/43'/60'/1581'/0'/0"), PRIVATE));
    assertTrue(card.counters().hmacSha512 > 0);
  }

  @Test
  void oneRefusedPathOfManyStopsThemAll() {
    verifyAndLoad();
    byte[] good = join(new byte[] {5}, Encoded.path("m/43'/60'/1581'/0'/0"));
    byte[] bad = join(new byte[] {5}, Encoded.path("m/43'/60'/1581'/2'/0"));
    for (byte[] list : new byte[][] {join(good, bad), join(bad, good), join(good, good, bad)}) {
      expect(0x6985, client.send(0xc2, 3, PRIVATE, list));
      assertNothingDerived();
    }
    expect(0x9000, client.send(0xc2, 3, PRIVATE, join(good, good)));
  }

  @Test
  void anUpdateCostsOneSignature() {
    verifyAndLoad();
    byte[] rule = Encoded.rule("m/43'/1'/[0'..0']/{0..7}");
    byte[] policy = Encoded.policy(1, Encoded.list(rule));
    expect(0x9000, client.send(0xc8, 0x80, 0, ISSUER.sign(policy)));
    assertEquals(1, card.counters().ecdsaVerify);
    assertEquals(0, card.counters().ecMultiplications);
    System.out.println("UPDATE EXPORT POLICY: " + card.counters().asMap());
  }

  /**
   * Updating, narrowing, freezing and reading: the same work under both PINs, whatever is counted.
   */
  @Test
  void thePinsCantBeTold() {
    verifyAndLoad();
    byte[][] policies = alike(6);
    // Both banks have held such a policy before: what doesn't change isn't counted as a write.
    costs(KeycardClient.PIN, policies[0], policies[1]);
    List<String> main = costs(KeycardClient.PIN, policies[2], policies[3]);
    List<String> alternative = costs(KeycardClient.ALTERNATIVE_PIN, policies[4], policies[5]);
    assertEquals(main, alternative);
  }

  /** Signed policies with signatures of one length. */
  private static byte[][] alike(int count) {
    byte[][] all = new byte[count][];
    int found = 0;
    for (int sequence = 1; found < count; sequence++) {
      byte[] rules = Encoded.list(Encoded.rule("m/43'/1'/[0'..0']/{0..7}"));
      byte[] policy = Encoded.policy(sequence, rules);
      if (ISSUER.signature(policy).length == 71) {
        all[found++] = ISSUER.sign(policy);
      }
    }
    return all;
  }

  private List<String> costs(String pin, byte[]... signed) {
    expect(0x9000, client.verifyPin(pin));
    List<String> costs = new ArrayList<>();
    for (byte[] policy : signed) {
      expect(0x9000, client.send(0xc8, 0x80, 0, policy));
      Map<String, Long> update = card.counters().asMap();
      // Bytes that happen to be what was there before aren't counted: that depends on the policies.
      update.remove("persistent_bytes");
      costs.add("update " + update);
      expect(0x9000, client.send(0xc8, 2, 0));
      costs.add("narrow " + card.counters().asMap());
      expect(0x9000, client.send(0xc9, 0, 0));
      costs.add("read " + card.counters().asMap());
    }
    return costs;
  }
}
