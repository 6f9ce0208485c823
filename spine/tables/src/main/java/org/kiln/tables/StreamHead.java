package org.kiln.tables;

import java.nio.charset.StandardCharsets;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;

/**
 * What the init event of a stream says of it for good.
 *
 * @param id the stream
 * @param header of its init event
 */
record StreamHead(StreamId id, Ipld.Map header) {
  private static final byte[] NOTHING = new byte[0];

  /** Only models and their instances have rows; their type follows from the model they name. */
  boolean isShown() {
    return modelBytes().length > 0;
  }

  /** 2 for a model, 3 for an instance, whatever type the StreamID carries. */
  int type() {
    return new StreamMetadata(header).model().filter(StreamId.MODEL::equals).isPresent() ? 2 : 3;
  }

  String controller() {
    return new StreamMetadata(header).controller().orElse("");
  }

  byte[] modelBytes() {
    return new StreamMetadata(header).modelBytes().map(Ipld.Bytes::value).orElse(NOTHING);
  }

  /** The same for one model, however its StreamID is spelled. */
  byte[] canonicalModelBytes() {
    return new StreamMetadata(header).model().map(StreamId::bytes).orElseGet(this::modelBytes);
  }

  byte[] dimension(String name) {
    return switch (header.entries().get(name)) {
      case Ipld.Bytes bytes -> bytes.value();
      case Ipld.Text text -> text.value().getBytes(StandardCharsets.UTF_8);
      case null, default -> NOTHING;
    };
  }

  /**
   * The metadata of a document, as the stream's type keeps it.
   *
   * @param shown what the tables show of it, in which events may have changed something
   */
  Ipld.Map documentMetadata(Ipld.Map shown) {
    Ipld.Map.Builder kept = Ipld.Map.builder();
    for (String name : new String[] {"controllers", "model", "unique", "context"}) {
      header.get(name).ifPresent(value -> kept.put(name, value));
    }
    shown
        .text("modelVersion")
        .map(Cid::parse)
        .map(Ipld::of)
        .ifPresent(v -> kept.put("modelVersion", v));
    return kept.build();
  }
}
