// How large the applet is on a card, as far as it can be reckoned without a kit.
package keyfence.applet.subset;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * The aim is 16,384 bytes, the class of cards that runs the reference applet (11,414). The estimate
 * is above it; {@code make cap} prints the true figure for those who have a kit. Until one says
 * otherwise the limit here keeps the applet from growing.
 */
class LoadDataTest {
  private static final int LIMIT = 22_500;

  @Test
  void theLoadDataDontGrow() throws Exception {
    LoadData size = LoadData.of(SubsetTest.appletClasses());
    System.out.println("load data " + size);
    assertTrue(size.total() <= LIMIT, size::toString);
  }
}
