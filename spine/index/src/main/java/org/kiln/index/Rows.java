package org.kiln.index;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.kiln.ipld.Json;
import org.kiln.kit.stream.Controllers;

/** Makes rows of states. Thread-safe. */
final class Rows {
  /** Tiles and links have no model: their states need not be read. */
  private static final int FIRST_TYPE_WITH_MODEL = 2;

  private final StreamReads streams;

  Rows(StreamReads streams) {
    this.streams = streams;
  }

  /** What came of reading a stream. */
  sealed interface Outcome {}

  /**
   * It is a document of a model that is indexed.
   *
   * @param document as it is now
   */
  record Row(IndexedDocument document) implements Outcome {}

  /** It has no model, one that is not indexed, or no state that anybody could be shown. */
  record None() implements Outcome {}

  /**
   * It may be read later.
   *
   * @param why a sentence
   */
  record NotNow(String why) implements Outcome {}

  /**
   * Reads a stream as it is now. Whatever is wrong with one stream is an outcome: it must not keep
   * others from being read.
   *
   * @param created its place in the order in which documents came
   * @param wanted which models are indexed
   */
  Outcome read(StreamId stream, long created, Predicate<StreamId> wanted, Deadline deadline) {
    if (stream.type() < FIRST_TYPE_WITH_MODEL) {
      return new None();
    }
    try {
      StreamState state =
          streams.load(new StreamRef(stream, Optional.empty()), LoadOptions.local(deadline));
      Ipld.Map metadata = state.document().latestMetadata();
      return new StreamMetadata(metadata)
          .model()
          .filter(wanted)
          .<Outcome>map(id -> new Row(row(state, id, metadata, created)))
          .orElseGet(None::new);
    } catch (StreamException e) {
      return passing(e) ? new NotNow(e.getMessage()) : new None();
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      return new NotNow(e.toString());
    }
  }

  /**
   * A stream without a valid state, such as one whose capability has expired, is moved by an event
   * before it has one: there is nothing to wait for.
   */
  private static boolean passing(StreamException e) {
    return switch (e.reason()) {
      case INVALID, CONFLICT, NOT_FOUND -> e.missing().isPresent();
      case UNAVAILABLE, BUSY, STORAGE -> true;
    };
  }

  private static IndexedDocument row(
      StreamState state, StreamId model, Ipld.Map metadata, long created) {
    boolean listed = !Ipld.FALSE.equals(metadata.get("shouldIndex").orElse(Ipld.TRUE));
    Ipld content = state.document().latestContent();
    // A deterministic document without data is there, and has its place, but is found by nobody.
    boolean filled = content instanceof Ipld.Map;
    IndexedDocument row =
        IndexedDocument.of(
            state.id(),
            model,
            controller(metadata),
            state.tip(),
            created,
            new String(
                Json.write(Canonical.of(filled ? content : Ipld.Map.EMPTY)),
                StandardCharsets.UTF_8));
    return listed && filled ? row : row.hidden();
  }

  private static String controller(Ipld.Map metadata) {
    try {
      return Canonical.of(Controllers.only(metadata));
    } catch (InvalidEventException e) {
      return "";
    }
  }
}
