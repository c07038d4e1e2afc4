// The card's compiled matcher for programs in other languages: one question a line, one answer a
// line.
package keyfence.applet;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import keyfence.testkit.Encoded;

/**
 * Reads {@code FLOOR POLICY MASK INSTALLED PATH} in hexadecimal, {@code -} for empty, and prints
 * {@code ACCEPT PRIVATE EXTENDED PINLESS}.
 *
 * <ul>
 *   <li>FLOOR: n | rules that an installer adds; empty: the compiled floor alone.
 *   <li>POLICY: the policy in force, unsigned; empty: the default one. MASK: its switched-off rules
 *       (1 byte).
 *   <li>INSTALLED: the installed policy; empty: the default one.
 *   <li>PATH: components of 4 bytes from the master.
 *   <li>ACCEPT: {@code ok}, {@code shape} or {@code contents} (no canonical encoding), {@code
 *       floor} (it reaches the floor). The decisions that follow, 1 or 0, are those of a card with
 *       that policy in its bank all the same; {@code floor} and {@code installed} as whole answers:
 *       that field isn't canonical.
 * </ul>
 *
 * <p>Only the applet's compiled classes decide here; what this class adds is putting bytes into
 * their fields.
 */
public final class MatcherLines {
  private final PolicyStore store = new PolicyStore(new byte[0], (short) 0, (short) 0);
  private final ExportPolicy decision = new ExportPolicy(store);
  private final Field floorField = field("floor");
  private final Field installedField = field("installedPolicy");
  private final byte[] defaultPolicy = store.installedPolicy().clone();
  private String situation = "";
  private String accept;

  private MatcherLines() {}

  private static Field field(String name) {
    try {
      Field field = PolicyStore.class.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    BufferedWriter out =
        new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.US_ASCII));
    MatcherLines matcher = new MatcherLines();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.write(matcher.answer(line));
      out.newLine();
      if (!in.ready()) {
        out.flush();
      }
    }
    out.flush();
  }

  /** Answers one line. */
  static MatcherLines create() {
    return new MatcherLines();
  }

  String answer(String line) throws ReflectiveOperationException {
    int last = line.lastIndexOf(' ');
    if (!line.substring(0, last).equals(situation)) {
      situation = line.substring(0, last);
      accept = prepare(situation.split(" "));
    }
    if (!accept.startsWith("=")) {
      return accept;
    }
    byte[] path = bytes(line.substring(last + 1));
    short length = (short) path.length;
    return accept.substring(1)
        + (decision.mayExportPrivate(path, (short) 0, length) ? " 1" : " 0")
        + (decision.mayExportExtendedPublic(path, (short) 0, length) ? " 1" : " 0")
        + (decision.mayBePinless(path, (short) 0, length) ? " 1" : " 0");
  }

  /** Returns = and what to answer before the decisions, or the whole answer. */
  private String prepare(String[] fields) throws ReflectiveOperationException {
    byte[] added = bytes(fields[0]);
    byte[] policy = fields[1].equals("-") ? defaultPolicy : bytes(fields[1]);
    byte[] mask = bytes(fields[2]);
    byte[] installed = fields[3].equals("-") ? defaultPolicy : bytes(fields[3]);
    try {
      floorField.set(
          store, new Floor(added, (short) (added.length == 0 ? -1 : 0), (short) added.length));
    } catch (RuntimeException e) {
      return "floor";
    }
    if (!judge(installed).equals("ok")) {
      return "installed";
    }
    installedField.set(store, installed);
    PolicyBank bank = store.activeBank();
    Arrays.fill(bank.bytes, PolicyBank.TEXT, bank.bytes.length, (byte) 0);
    System.arraycopy(
        policy, 0, bank.bytes, PolicyBank.TEXT, Math.min(policy.length, PolicyBank.TEXT_LENGTH));
    bank.complete((short) policy.length, (short) 0);
    bank.bytes[PolicyBank.MASK] = mask.length == 0 ? 0 : mask[0];
    String verdict = judge(policy);
    if (verdict.equals("ok")
        && store.floor().isReachedBy(policy, PolicyText.rules(policy, (short) 0))) {
      verdict = "floor";
    }
    return "=" + verdict;
  }

  private static String judge(byte[] policy) {
    if (PolicyText.length(policy, (short) 0, (short) policy.length) != policy.length) {
      return "shape";
    }
    boolean canonical =
        RuleList.isCanonical(policy, PolicyText.rules(policy, (short) 0), RuleList.MODES_PRIVATE);
    return canonical ? "ok" : "contents";
  }

  private static byte[] bytes(String text) {
    return text.equals("-") ? new byte[0] : Encoded.HEX.parseHex(text);
  }
}
