package org.kiln.tables;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JSON of the column {@code data}: {@code {"metadata": {…}, "content": …}} as dag-json, in
 * which {@link Slashes} have their own way.
 */
final class Shown {
  private static final Logger LOG = LoggerFactory.getLogger(Shown.class);

  private Shown() {}

  /** What ceramic-one calls metadata: of a header two members, one of them with a default. */
  static Ipld.Map metadata(Ipld.Map header, boolean withDefault) {
    Ipld.Map.Builder metadata = Ipld.Map.builder();
    if (header.entries().get("shouldIndex") instanceof Ipld.Bool index) {
      metadata.put("shouldIndex", index);
    } else if (withDefault) {
      metadata.put("shouldIndex", Ipld.TRUE);
    }
    if (header.entries().get("modelVersion") instanceof Ipld.Link version) {
      metadata.put("modelVersion", Ipld.of(version.cid().toString()));
    }
    return metadata.build();
  }

  /**
   * The text.
   *
   * @throws IllegalArgumentException when it is nested deeper than is written
   */
  static String json(Ipld.Map metadata, Ipld content) {
    return "{\"metadata\":" + text(metadata) + ",\"content\":" + text(content) + "}";
  }

  private static String text(Ipld value) {
    return new String(DagJson.write(Slashes.written(value)), StandardCharsets.UTF_8);
  }

  /** The value of such a text; empty when it is longer, or nested deeper, than is read. */
  static Optional<Ipld.Map> read(String json) {
    try {
      Ipld value = DagJson.parse(json.getBytes(StandardCharsets.UTF_8));
      return Optional.of((Ipld.Map) Slashes.read(value));
    } catch (CodecException | StackOverflowError e) {
      LOG.debug("Data of the SQL tables cannot be read again", e);
      return Optional.empty();
    }
  }
}
