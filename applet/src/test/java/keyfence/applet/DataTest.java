// STORE DATA, GET DATA, IDENTIFY CARD, and the NDEF, Cash and Ident applets.
package keyfence.applet;

import static keyfence.testkit.Hex.bytes;
import static keyfence.testkit.Hex.hex;
import static keyfence.testkit.Hex.join;
import static keyfence.testkit.KeycardClient.PIN;
import static keyfence.testkit.KeycardClient.expect;
import static keyfence.testkit.KeycardClient.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import keyfence.testkit.Answer;
import keyfence.testkit.Curve;
import keyfence.testkit.KeycardClient;
import keyfence.testkit.SignatureTemplate;
import keyfence.testkit.SimCard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DataTest {
  private static final byte[] NONE = new byte[0];
  private static final byte[] SUITE = hex("c900");

  private SimCard card;
  private KeycardClient client;

  @BeforeEach
  void aCardWithAllApplets() {
    card = cardWith(SUITE, SUITE);
    client = KeycardClient.ready(card);
    expect(0x9000, client.verifyPin(PIN));
  }

  private static SimCard cardWith(byte[] ndef, byte[] cash) {
    return SimCard.keycard(NONE)
        .install(SimCard.NDEF, "NdefApplet", ndef)
        .install(SimCard.CASH, "CashApplet", cash)
        .install(SimCard.IDENT, "IdentApplet", SUITE);
  }

  private Answer selectAid(String aid) {
    byte[] a = hex(aid);
    return client.raw(join(hex("00a40400"), bytes(a.length), a));
  }

  private Answer selectFile(String id) {
    return client.raw(hex("00a4000c02" + id));
  }

  private Answer read(int offset, int le) {
    return client.raw(bytes(0, 0xb0, offset >> 8, offset, le));
  }

  @Test
  void smallFiles() {
    for (int file : new int[] {0, 2}) {
      assertEquals(0, expect(0x9000, client.send(0xca, file, 0)).length);
      for (int length : new int[] {1, 127, 64, 0}) {
        byte[] data = random(length);
        expect(0x9000, client.send(0xe2, file, 0x55, data));
        assertArrayEquals(data, expect(0x9000, client.send(0xca, file, 0x55)));
      }
      expect(0x9000, client.send(0xe2, file, 0, bytes(1, 2)));
      expect(0x6a80, client.send(0xe2, file, 0, random(128)));
      expect(0x6a80, client.send(0xe2, file, 0, random(223)));
      assertEquals("0102", hex(expect(0x9000, client.send(0xca, file, 0))));
    }
    client.select();
    Answer answer = client.clear(0xca, 0, 0, NONE);
    assertEquals("0102", hex(expect(0x9000, answer)));
    assertFalse(answer.wrapped());
    expect(0x6985, client.clear(0xe2, 0, 0, NONE));
  }

  @Test
  void p1AndThePin() {
    for (int p1 : new int[] {3, 0x80, 0xff}) {
      expect(0x6a86, client.send(0xe2, p1, 0, random(200)));
      expect(0x6a86, client.send(0xca, p1, 0));
    }
    client.open();
    expect(0x6985, client.send(0xe2, 9, 0, random(200)));
    expect(0x9000, client.send(0xca, 0, 0));
    client.select();
    expect(0x6a86, client.clear(0xca, 3, 0, NONE));
  }

  @Test
  void theNdefFile() {
    byte[] message = random(400);
    byte[] file = join(bytes(400 >> 8, 400 & 0xff), message);
    expect(0x9000, client.send(0xe2, 1, 0, Arrays.copyOf(file, 200)));
    expect(0x9000, client.send(0xe2, 1, 50, Arrays.copyOfRange(file, 200, 402)));
    assertArrayEquals(Arrays.copyOf(file, 221), expect(0x9000, client.send(0xca, 1, 0)));
    expect(0x6a80, client.send(0xe2, 1, 128, random(1)));
    expect(0x9000, client.send(0xe2, 1, 128, NONE));
    expect(0x6a80, client.send(0xe2, 1, 127, random(5)));
    expect(0x6a80, client.send(0xe2, 1, 0xff, random(4)));
    expect(0x9000, client.send(0xe2, 1, 127, random(4)));
    expect(0x9000, selectAid(SimCard.NDEF));
    expect(0x9000, selectFile("e104"));
    assertArrayEquals(Arrays.copyOf(file, 255), expect(0x9000, read(0, 255)));
    assertArrayEquals(Arrays.copyOf(file, 255), expect(0x9000, read(0, 0)));
    assertArrayEquals(Arrays.copyOf(file, 2), expect(0x9000, read(0, 2)));
    assertArrayEquals(Arrays.copyOfRange(file, 255, 402), expect(0x9000, read(255, 255)));
    assertArrayEquals(Arrays.copyOfRange(file, 401, 402), expect(0x9000, read(401, 1)));
    expect(0x6a86, read(402, 1));
    expect(0x6a86, read(0x8000, 1));
    client = new KeycardClient(card);
    client.select();
    byte[] shortFile = hex("0003010203");
    assertEquals(221, expect(0x9000, client.clear(0xca, 1, 0, NONE)).length);
    client.pairAndOpen();
    expect(0x9000, client.verifyPin(PIN));
    expect(0x9000, client.send(0xe2, 1, 0, shortFile));
    assertArrayEquals(shortFile, expect(0x9000, client.send(0xca, 1, 0)));
    expect(0x9000, client.send(0xe2, 1, 0, hex("ffff")));
    assertEquals(221, expect(0x9000, client.send(0xca, 1, 0)).length);
  }

  @Test
  void theNdefApplet() {
    expect(0x9000, selectAid(SimCard.NDEF));
    expect(0x6985, read(0, 1));
    expect(0x9000, selectFile("e103"));
    assertEquals("000f2000ff00010406e104040000ff", hex(expect(0x9000, read(0, 15))));
    assertEquals("ff", hex(expect(0x9000, read(14, 15))));
    expect(0x6a86, read(15, 1));
    expect(0x9000, selectFile("e104"));
    assertEquals("0000", hex(expect(0x9000, read(0, 15))));
    expect(0x6a82, selectFile("e105"));
    expect(0x6a80, client.raw(hex("00a4000c01e1")));
    expect(0x6a80, client.raw(hex("00a4000c")));
    expect(0x6a86, client.raw(hex("00a4000002e104")));
    expect(0x6a86, client.raw(hex("00a4020c02e104")));
    expect(0x6d00, client.raw(hex("00d60000")));
    expect(0x6e00, client.raw(hex("01b00000")));
    expect(0x9000, selectAid(SimCard.NDEF));
    expect(0x6985, read(0, 1));
  }

  @Test
  void ndefFromTheInstallParameters() {
    client = new KeycardClient(cardWith(hex("0003d00000"), SUITE));
    expect(0x9000, selectAid(SimCard.NDEF));
    expect(0x9000, selectFile("e104"));
    assertEquals("0003d00000", hex(expect(0x9000, read(0, 0))));
    for (String ignored : new String[] {"", "00", "0003d000", "0003d0000000", "c900", "ffff"}) {
      client = new KeycardClient(cardWith(hex(ignored), SUITE));
      expect(0x9000, selectAid(SimCard.NDEF));
      expect(0x9000, selectFile("e104"));
      assertEquals("0000", hex(expect(0x9000, read(0, 0))));
    }
  }

  @Test
  void theCashApplet() {
    byte[] d = expect(0x9000, selectAid(SimCard.CASH));
    assertEquals("a4498041", hex(Arrays.copyOf(d, 4)));
    assertEquals("020203028200", hex(Arrays.copyOfRange(d, 69, d.length)));
    byte[] key = Arrays.copyOfRange(d, 4, 69);
    byte[] hash = random(32);
    Answer answer = client.clear(0xc0, 0, 0, hash);
    SignatureTemplate t = SignatureTemplate.parse(expect(0x9000, answer)).verify(hash);
    assertArrayEquals(key, t.publicKey());
    expect(0x6a80, client.clear(0xc0, 0, 0, random(31)));
    expect(0x6a80, client.clear(0xc0, 0, 0, random(33)));
    expect(0x6a80, client.clear(0xc0, 0, 0, NONE));
    expect(0x6985, client.clear(0x14, 0, 0, hash));
    expect(0x6d00, client.clear(0xf2, 0, 0, NONE));
    expect(0x6e00, client.raw(hex("90c00000")));
    client.select();
    client.open();
    expect(0x9000, client.verifyPin(PIN));
    byte[] data = random(127);
    expect(0x9000, client.send(0xe2, 2, 0, data));
    d = expect(0x9000, selectAid(SimCard.CASH));
    assertEquals("a481c88041" + hex(key) + "02020302827f" + hex(data), hex(d));
  }

  @Test
  void cashDataFromTheInstallParameters() {
    client = new KeycardClient(cardWith(NONE, hex("010203")));
    String d = hex(expect(0x9000, selectAid(SimCard.CASH)));
    assertTrue(d.startsWith("a44c") && d.endsWith("8203010203"), d);
    client = new KeycardClient(cardWith(NONE, random(127)));
    assertEquals(3 + 73 + 127, expect(0x9000, selectAid(SimCard.CASH)).length);
  }

  @Test
  void identity() {
    byte[] secret = random(32);
    byte[] certificate = join(Curve.compress(Curve.publicKey(secret)), random(65));
    byte[] challenge = random(32);
    expect(0x6985, client.send(0x14, 0, 0, random(3)));
    client.select();
    expect(0x6985, client.clear(0x14, 0, 0, challenge));
    assertEquals(0, expect(0x9000, selectAid(SimCard.IDENT)).length);
    for (int length : new int[] {0, 1, 129, 131, 255}) {
      expect(0x6a80, client.clear(0xe2, 0, 0, random(length)));
    }
    expect(0x6a80, client.clear(0xe2, 0, 0, join(certificate, new byte[32])));
    expect(0x6a80, client.clear(0xe2, 0, 0, join(certificate, Curve.bytes32(Curve.N))));
    expect(0x6d00, client.clear(0x14, 0, 0, challenge));
    expect(0x6e00, client.raw(hex("81e20000")));
    assertEquals(0, expect(0x9000, selectAid(SimCard.IDENT)).length);
    expect(0x9000, client.clear(0xe2, 0, 0, join(certificate, secret)));
    expect(0x6985, client.clear(0xe2, 0, 0, join(certificate, secret)));
    expect(0x6a80, client.clear(0xe2, 0, 0, certificate));
    assertArrayEquals(certificate, expect(0x9000, selectAid(SimCard.IDENT)));
    client.select();
    checkIdentity(secret, certificate, challenge, client.clear(0x14, 0, 0, challenge));
    expect(0x6a80, client.clear(0x14, 0, 0, random(31)));
    expect(0x6a80, client.clear(0x14, 0, 0, NONE));
    client.open();
    Answer wrapped = client.send(0x14, 0, 0, challenge);
    assertTrue(wrapped.wrapped());
    checkIdentity(secret, certificate, challenge, wrapped);
    expect(0x6a80, client.send(0x14, 0, 0, random(33)));
    expect(0x9000, client.clear(0xfd, 0xaa, 0x55, NONE));
    checkIdentity(secret, certificate, challenge, client.clear(0x14, 0, 0, challenge));
    expect(0x9000, selectAid(SimCard.CASH));
    checkIdentity(secret, certificate, challenge, client.clear(0x14, 0, 0, challenge));
  }

  private static void checkIdentity(
      byte[] secret, byte[] certificate, byte[] challenge, Answer answer) {
    SignatureTemplate t = SignatureTemplate.parse(expect(0x9000, answer));
    assertEquals(0x8a, t.tag());
    assertArrayEquals(certificate, t.value());
    t.verify(Curve.publicKey(secret), challenge);
  }

  @Test
  void installDataThatEndEarlyMeanEmpty() {
    String aid = SimCard.KEYCARD;
    for (String data :
        new String[] {
          "", "09" + aid, "09" + aid + "00", "09" + aid + "0100", "09" + aid + "010000"
        }) {
      SimCard bare = new SimCard().installRaw(aid, "KeycardApplet", hex(data));
      KeycardClient other = KeycardClient.ready(bare);
      expect(0x9000, other.verifyPin(PIN));
    }
    for (String name : new String[] {"NdefApplet", "CashApplet", "IdentApplet"}) {
      String instance =
          name.startsWith("N") ? SimCard.NDEF : name.startsWith("C") ? SimCard.CASH : SimCard.IDENT;
      String length = String.format("%02x", instance.length() / 2);
      for (String data : new String[] {"", length + instance, length + instance + "0100"}) {
        SimCard bare = new SimCard().installRaw(instance, name, hex(data));
        client = new KeycardClient(bare);
        expect(0x9000, selectAid(instance));
      }
    }
  }
}
