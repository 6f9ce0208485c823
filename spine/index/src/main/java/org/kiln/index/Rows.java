package org.kiln.index;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.ipld.Json;
import org.kiln.kit.stream.Controllers;

/** Makes rows of states. Thread-safe. */
final class Rows {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Tiles and links have no model: their states need not be read. */
  private static final int FIRST_TYPE_WITH_MODEL = 2;

  private final StreamReader streams;

  Rows(StreamReader streams) {
    this.streams = streams;
  }

  /**
   * The row of a stream as it is now.
   *
   * @param created its place in the order in which documents came
   * @param wanted which models are indexed
   * @return empty when it has no model, or one that is not indexed
   * @throws DependencyMissingException when its state cannot be read now
   */
  Optional<IndexedDocument> row(StreamId stream, long created, Predicate<StreamId> wanted)
      throws DependencyMissingException {
    if (stream.type() < FIRST_TYPE_WITH_MODEL) {
      return Optional.empty();
    }
    StreamState state =
        streams.load(new StreamRef(stream, Optional.empty()), Deadline.in(PATIENCE));
    Ipld.Map metadata = state.document().latestMetadata();
    Optional<StreamId> model = model(metadata).filter(wanted);
    return model.map(id -> row(state, id, metadata, created));
  }

  private static IndexedDocument row(
      StreamState state, StreamId model, Ipld.Map metadata, long created) {
    boolean listed = !Ipld.FALSE.equals(metadata.get("shouldIndex").orElse(Ipld.TRUE));
    Ipld content = state.document().latestContent();
    // A deterministic document without data is there, and has its place, but is found by nobody.
    boolean filled = content instanceof Ipld.Map;
    byte[] json = Json.write(filled ? content : Ipld.Map.EMPTY);
    IndexedDocument row =
        IndexedDocument.of(
            state.id(),
            model,
            controller(metadata),
            state.tip(),
            created,
            new String(json, StandardCharsets.UTF_8));
    return listed && filled ? row : row.hidden();
  }

  private static Optional<StreamId> model(Ipld.Map metadata) {
    try {
      return metadata.entries().get("model") instanceof Ipld.Bytes bytes
          ? Optional.of(StreamId.of(bytes.value()))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String controller(Ipld.Map metadata) {
    try {
      return Controllers.only(metadata);
    } catch (InvalidEventException e) {
      return "";
    }
  }
}
