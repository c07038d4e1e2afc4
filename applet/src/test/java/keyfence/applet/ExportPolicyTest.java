// The decision on examples: the policies this project began with, and what no policy opens.
package keyfence.applet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import keyfence.testkit.Encoded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportPolicyTest {
  private final MatcherLines matcher = MatcherLines.create();

  private String ask(String floor, byte[] policy, String mask, byte[] installed, String path)
      throws Exception {
    return matcher.answer(
        String.join(" ", floor, hex(policy), mask, hex(installed), hex(Encoded.path(path))));
  }

  private static String hex(byte[] bytes) {
    return bytes == null || bytes.length == 0 ? "-" : Encoded.HEX.formatHex(bytes);
  }

  private static byte[] policy(String... rules) {
    byte[][] encoded = new byte[rules.length][];
    for (int i = 0; i < rules.length; i++) {
      encoded[i] = Encoded.rule(rules[i]);
    }
    return Encoded.policy(1, Encoded.sorted(encoded));
  }

  @Test
  void theDefaultPolicyIsTheOneSpecified() throws Exception {
    PolicyStore store = new PolicyStore(new byte[0], (short) 0, (short) 0);
    byte[] expected = Encoded.policy(0, Encoded.list(Encoded.rule(Encoded.DEFAULT_RULE)));
    assertEquals(hex(expected), hex(store.installedPolicy()));
  }

  @Test
  void theCompiledFloorIsTheOneSpecified() {
    PolicyStore store = new PolicyStore(new byte[0], (short) 0, (short) 0);
    byte[] expected =
        Encoded.sorted(
            Encoded.floorRule("m/[0'..42']"),
            Encoded.floorRule("m/44'/[0'..1236']"),
            Encoded.floorRule("m/44'/[1238'..2147483647']"),
            Encoded.floorRule("m/[45'..83696967']"),
            Encoded.floorRule("m/83696968'/[0'..65535']"),
            Encoded.floorRule("m/[83696969'..2147483647']"));
    assertEquals(hex(expected), hex(store.floor().list()));
  }

  @ParameterizedTest
  @CsvSource({
    "m/43'/60'/1581'/0'/0, ok 1 0 0",
    "m/43'/60'/1581'/1'/0, ok 1 0 0",
    "m/43'/60'/1581'/1'/2147483647', ok 1 0 0",
    "m/43'/60'/1581'/1'/0/1/2/3/4/5, ok 1 0 0",
    "m/43'/60'/1581'/1', ok 0 0 0",
    "m/43'/60'/1581'/2'/0, ok 0 1 1",
    "m/43'/60'/1581'/0/0, ok 0 1 1",
    "m/43'/60'/1581', ok 0 1 1",
    "m/43'/60'/1582'/0'/0, ok 0 1 1",
    "m/44'/60'/0'/0/0, ok 0 1 1",
    "m, ok 0 1 1",
  })
  void byDefaultWhisperAndDatabaseKeysLeave(String path, String answer) throws Exception {
    assertEquals(answer, ask("-", null, "-", null, path));
  }

  @ParameterizedTest
  @CsvSource({
    "m/44'/60'/0'/0/[1073741824'..1073741824'], m/44'/60'/0'/0/1073741824'",
    "m/44'/60'/0'/0/[1073741824'..1073741830'], m/44'/60'/0'/0/1073741825'",
    "m/43'/60'/1581'/[0'..2']/{0..1}, m/43'/60'/1581'/2'/0",
    "m/44'/1237'/[0'..0']/{2..2}, m/44'/1237'/0'/0/0",
    "m/83696968'/128169'/32'/[0'..0'], m/83696968'/128169'/32'/0'",
  })
  void thePathsThisBeganWithCanBeOpened(String rule, String path) throws Exception {
    assertEquals("ok 1 0 0", ask("-", policy(rule), "-", null, path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
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
        "m/0/0",
        "m/44'/60'/1073741824'/0/0",
      })
  void noPolicyOpensAWallet(String path) throws Exception {
    // Even a bank that holds a rule the card would never accept gives nothing of the floor away.
    for (String rule :
        new String[] {
          "m/[0'..2147483647']/{0..9}",
          "m/44'/[0'..2147483647']/{0..8}",
          "m/83696968'/[0'..2147483647']/{0..8}",
          "m/44'/60'/[0'..2147483647']/{0..7}"
        }) {
      assertEquals("floor 0", ask("-", policy(rule), "-", null, path).substring(0, 7), rule);
    }
  }

  @Test
  void switchedOffRulesStillKeepExtendedPublicKeysBack() throws Exception {
    byte[] policy = policy("m/43'/1'/[0'..0']/{0..7}", "m/43'/2'/[0'..0']/{0..7}");
    assertEquals("ok 1 0 0", ask("-", policy, "-", null, "m/43'/1'/0'"));
    assertEquals("ok 0 0 0", ask("-", policy, "01", null, "m/43'/1'/0'"));
    assertEquals("ok 1 0 0", ask("-", policy, "01", null, "m/43'/2'/0'"));
    assertEquals("ok 0 0 0", ask("-", policy, "ff", null, "m/43'/2'/0'/1"));
  }

  @Test
  void theInstalledPolicyKeepsExtendedPublicKeysBackWhateverReplacedIt() throws Exception {
    byte[] other = policy("m/43'/9'/[0'..0']/{0..7}");
    assertEquals("ok 0 0 0", ask("-", other, "-", null, "m/43'/60'/1581'/0'/0"));
    assertEquals("ok 0 1 1", ask("-", other, "-", other, "m/43'/60'/1581'/0'/0"));
  }

  @Test
  void anInstallersFloorHoldsAgainstTheDefaultPolicy() throws Exception {
    String floor = hex(Encoded.list(Encoded.floorRule("m/43'/60'/1581'/1'/[0'..0']")));
    assertEquals("floor 1 0 0", ask(floor, null, "-", null, "m/43'/60'/1581'/0'/0"));
    assertEquals("floor 1 0 0", ask(floor, null, "-", null, "m/43'/60'/1581'/1'/0"));
    assertEquals("floor 0 0 0", ask(floor, null, "-", null, "m/43'/60'/1581'/1'/0'"));
    assertEquals("floor 0 0 0", ask(floor, null, "-", null, "m/43'/60'/1581'/1'/0'/5"));
    assertEquals("floor 1 0 0", ask(floor, null, "-", null, "m/43'/60'/1581'/1'/0'/1073741824'"));
  }

  @Test
  void aDamagedBankGivesNothing() throws Exception {
    byte[] policy = policy("m/43'/1'/[0'..0']/{0..7}");
    int rule = 7;
    int[] damage = {0, 5, 6, rule, rule + 9, rule + 13, rule + 17, rule + 18, rule + 19};
    for (int at : damage) {
      byte[] damaged = policy.clone();
      damaged[at] ^= (byte) 0xf0;
      String answer = ask("-", damaged, "-", null, "m/43'/1'/0'");
      assertEquals("0 0 0", answer.substring(answer.indexOf(' ') + 1), "byte " + at);
    }
  }
}
