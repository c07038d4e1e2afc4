package keyfence.simulator.count;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a card's classes did with the API and with memory, summed up since the last {@link #clear};
 * one command's worth when cleared before it.
 */
public final class Counters {
  /** Multiplications of a curve point outside ECDSA: agreements and key generations. */
  public long ecMultiplications;

  /** ECDSA signatures made. */
  public long ecdsaSign;

  /** ECDSA signatures verified. */
  public long ecdsaVerify;

  /** HMACs with SHA-512 finished by the platform's own engine. */
  public long hmacSha512;

  /** HMACs with another hash finished. */
  public long hmacOther;

  /** SHA-256 digests finished. */
  public long sha256;

  /** SHA-512 digests finished. */
  public long sha512;

  /** Other digests finished. */
  public long hashOther;

  /** Calls of a cipher (update and doFinal). */
  public long aes;

  /** Bytes that went into a cipher. */
  public long aesBytes;

  /** MACs over a block cipher finished (sign and verify). */
  public long mac;

  /** Bytes that went into such MACs. */
  public long macBytes;

  /** Bytes of randomness drawn. */
  public long randomBytes;

  /** Presentations of a PIN. */
  public long pinChecks;

  /** Persistent writes, a commit being one. */
  public long persistentWrites;

  /** Bytes written to persistent memory. */
  public long persistentBytes;

  /** Objects and arrays made. */
  public long allocations;

  /** Bytes of persistent arrays and fields made. */
  public long allocatedBytes;

  /** Bytes of transient arrays and keys made. */
  public long transientBytes;

  /** Methods in the deepest call chain. */
  public long callFrames;

  /** Bytes of locals and operands in the deepest call chain, 16 bits a slot. */
  public long callBytes;

  /**
   * Bytes of persistent memory that the applets have made since they were installed; {@link #clear}
   * keeps it.
   */
  public long persistentTotal;

  /**
   * Bytes of transient memory that the applets have made since they were installed; {@link #clear}
   * keeps it.
   */
  public long transientTotal;

  private int frames;
  private int depth;

  /** Everything back to zero; the call chain is empty. */
  public void clear() {
    ecMultiplications =
        ecdsaSign = ecdsaVerify = hmacSha512 = hmacOther = sha256 = sha512 = hashOther = 0;
    aes =
        aesBytes =
            mac = macBytes = randomBytes = pinChecks = persistentWrites = persistentBytes = 0;
    allocations = allocatedBytes = transientBytes = callFrames = callBytes = 0;
    frames = depth = 0;
  }

  /** A method is entered: returns what {@link #leave} wants. */
  public int enter(int bytes) {
    int before = frames << 16 | depth;
    reached(frames + 1, depth + bytes);
    return before;
  }

  /** Back in a method that caught an exception. */
  public void caught(int before, int bytes) {
    reached((before >>> 16) + 1, (before & 0xffff) + bytes);
  }

  private void reached(int newFrames, int newDepth) {
    frames = newFrames;
    depth = Math.min(newDepth, 0xffff);
    callFrames = Math.max(callFrames, frames);
    callBytes = Math.max(callBytes, depth);
  }

  /** A method is left. */
  public void leave(int before) {
    frames = before >>> 16;
    depth = before & 0xffff;
  }

  /** The counts by name, in a fixed order: the names of the JSON output. */
  public Map<String, Long> asMap() {
    Map<String, Long> map = new LinkedHashMap<>();
    map.put("ec_multiplications", ecMultiplications);
    map.put("ecdsa_sign", ecdsaSign);
    map.put("ecdsa_verify", ecdsaVerify);
    map.put("hmac_sha512", hmacSha512);
    map.put("hmac_other", hmacOther);
    map.put("sha256", sha256);
    map.put("sha512", sha512);
    map.put("hash_other", hashOther);
    map.put("aes", aes);
    map.put("aes_bytes", aesBytes);
    map.put("mac", mac);
    map.put("mac_bytes", macBytes);
    map.put("random_bytes", randomBytes);
    map.put("pin_checks", pinChecks);
    map.put("persistent_writes", persistentWrites);
    map.put("persistent_bytes", persistentBytes);
    map.put("allocations", allocations);
    map.put("allocated_bytes", allocatedBytes);
    map.put("transient_bytes", transientBytes);
    map.put("persistent_total", persistentTotal);
    map.put("transient_total", transientTotal);
    map.put("call_frames", callFrames);
    map.put("call_bytes", callBytes);
    return map;
  }
}
