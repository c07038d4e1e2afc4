// Where a client's APDUs go: a card in jCardSim, or one behind the simulator's harness.
package keyfence.testkit;

/** Takes a command APDU and gives the answer with its status word. */
public interface Plug {
  byte[] transmit(byte[] apdu);
}
