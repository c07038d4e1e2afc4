// Reads test-vectors/.
package keyfence.testkit;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that Java and Rust tests read alike. */
public final class Vectors {
  private Vectors() {}

  /** A file of test-vectors/ as JSON. */
  public static JsonObject read(String name) {
    Path path = Path.of(System.getProperty("keyfence.testVectors", "../test-vectors"), name);
    try {
      return JsonParser.parseString(Files.readString(path)).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
