package keyfence.simulator.card;

import java.util.Arrays;

/**
 * An applet to install: its class, the AID of its instance, its parameters (the content of
 * GlobalPlatform's C9).
 */
public record AppletSpec(String className, byte[] instanceAid, byte[] parameters) {
  /** Checks what INSTALL would check. */
  public AppletSpec {
    if (instanceAid.length < 5 || instanceAid.length > 16) {
      throw new IllegalArgumentException("an AID has 5 to 16 bytes, not " + instanceAid.length);
    }
    if (instanceAid.length + parameters.length + 4 > 255) {
      throw new IllegalArgumentException(
          "install parameters of " + parameters.length + " bytes don't fit into one INSTALL");
    }
  }

  /** The same applet with other parameters. */
  public AppletSpec withParameters(byte[] other) {
    return new AppletSpec(className, instanceAid, other);
  }

  /** What {@code install} gets: lengths and AID, one byte of privileges, the parameters. */
  byte[] installData() {
    byte[] data = new byte[instanceAid.length + parameters.length + 4];
    data[0] = (byte) instanceAid.length;
    System.arraycopy(instanceAid, 0, data, 1, instanceAid.length);
    int offset = 1 + instanceAid.length;
    data[offset++] = 1;
    data[offset++] = 0;
    data[offset++] = (byte) parameters.length;
    System.arraycopy(parameters, 0, data, offset, parameters.length);
    return data;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AppletSpec spec
        && className.equals(spec.className)
        && Arrays.equals(instanceAid, spec.instanceAid)
        && Arrays.equals(parameters, spec.parameters);
  }

  @Override
  public int hashCode() {
    return className.hashCode() * 31 + Arrays.hashCode(instanceAid);
  }

  @Override
  public String toString() {
    return className + " as " + Hex.encode(instanceAid);
  }
}
