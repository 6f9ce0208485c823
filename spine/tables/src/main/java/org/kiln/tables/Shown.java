package org.kiln.tables;

import java.nio.charset.StandardCharsets;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagJson;

/** The JSON of the column {@code data}: {@code {"metadata": {…}, "content": …}} as dag-json. */
final class Shown {
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

  /** The text. */
  static String json(Ipld.Map metadata, Ipld content) {
    return "{\"metadata\":" + text(metadata) + ",\"content\":" + text(content) + "}";
  }

  private static String text(Ipld value) {
    return new String(DagJson.write(value), StandardCharsets.UTF_8);
  }

  /** The value of such a text. */
  static Ipld.Map parse(String json) {
    try {
      return (Ipld.Map) DagJson.parse(json.getBytes(StandardCharsets.UTF_8));
    } catch (CodecException e) {
      throw new IllegalStateException("The tables hold data that is not theirs: " + json, e);
    }
  }
}
