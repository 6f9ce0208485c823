package org.kiln.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The golden vectors: made by the real JavaScript libraries and a real js-ceramic daemon. */
public final class Vectors {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

  private Vectors() {}

  /**
   * One case.
   *
   * @param name its name, unique in its file
   * @param inputs what goes in
   * @param expected what the real library did with it
   */
  public record Entry(String name, JsonNode inputs, JsonNode expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The cases of one file, for example {@code dagcbor}. */
  public static List<Entry> load(String file) {
    try (InputStream in = Vectors.class.getResourceAsStream("vectors/" + file + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException("No vectors " + file);
      }
      List<Entry> entries = new ArrayList<>();
      for (JsonNode entry : JSON.readTree(in).get("entries")) {
        entries.add(
            new Entry(entry.get("name").asText(), entry.get("inputs"), entry.get("expected")));
      }
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
