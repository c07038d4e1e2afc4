// Arithmetic modulo the curve's order against BigInteger, at the edges and at random.
package keyfence.applet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import keyfence.testkit.Curve;
import keyfence.testkit.Seed;
import org.junit.jupiter.api.Test;

class ScalarTest {
  private static final List<BigInteger> NUMBERS = numbers();

  private static List<BigInteger> numbers() {
    Random random = new Random(Seed.of("ScalarTest"));
    List<BigInteger> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(new BigInteger(256, random));
      all.add(BigInteger.ONE.shiftLeft(random.nextInt(256)));
    }
    for (int i = -2; i <= 2; i++) {
      BigInteger d = BigInteger.valueOf(i);
      all.add(Curve.N.add(d));
      all.add(Curve.N.shiftRight(1).add(d));
      all.add(BigInteger.TWO.pow(255).add(d));
      all.add(BigInteger.valueOf(i + 2));
    }
    all.add(BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
    return all;
  }

  @Test
  void isValid() {
    for (BigInteger a : NUMBERS) {
      boolean expected = a.signum() > 0 && a.compareTo(Curve.N) < 0;
      assertEquals(expected, Scalar.isValid(Curve.bytes32(a), (short) 0), a.toString(16));
    }
  }

  @Test
  void add() {
    for (BigInteger a : NUMBERS) {
      for (BigInteger b : NUMBERS) {
        if (a.compareTo(Curve.N) < 0 && b.compareTo(Curve.N) < 0) {
          byte[] sum = Curve.bytes32(a);
          boolean nonZero = Scalar.add(sum, (short) 0, Curve.bytes32(b), (short) 0);
          BigInteger expected = a.add(b).mod(Curve.N);
          assertArrayEquals(Curve.bytes32(expected), sum);
          assertEquals(expected.signum() != 0, nonZero);
        }
      }
    }
  }

  @Test
  void makeLow() {
    for (BigInteger a : NUMBERS) {
      if (a.compareTo(Curve.N) < 0) {
        byte[] s = Curve.bytes32(a);
        Scalar.makeLow(s, (short) 0);
        boolean high = a.compareTo(Curve.N.shiftRight(1)) > 0;
        assertArrayEquals(Curve.bytes32(high ? Curve.N.subtract(a) : a), s);
      }
    }
  }

  @Test
  void theConstants() {
    assertArrayEquals(Curve.bytes32(Curve.N), Secp256k1.N);
    assertArrayEquals(Curve.bytes32(Curve.N.shiftRight(1)), Secp256k1.HALF_N);
    assertArrayEquals(Curve.bytes32(Curve.P), Secp256k1.P);
    assertArrayEquals(Curve.publicKey(new byte[] {1}), Secp256k1.G);
  }
}
