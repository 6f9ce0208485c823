package org.kiln.http.v0;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamReads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A page of a collection: its documents as they are now, each loaded when its turn has come. */
final class CollectionPage extends Pieces {
  private static final Logger LOG = LoggerFactory.getLogger(CollectionPage.class);

  /** For one document, once its reader may be slower than a request may take. */
  private static final Duration LONGEST_LOAD = Duration.ofSeconds(30);

  private final IndexPage page;
  private final boolean backward;
  private final PageCursor cursors;
  private final StreamReads streams;
  private final StateTexts texts;
  private final Deadline deadline;
  private boolean flowing;
  private int next;
  private StatePiece document;

  /** A document cannot be had now, which would be. */
  static final class NotNowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StreamException why;

    NotNowException(StreamException why) {
      super(why.getMessage(), why, false, false);
      this.why = why;
    }

    StreamException why() {
      return why;
    }
  }

  /**
   * A page.
   *
   * @param query what it answers
   * @param deadline of the request; an answer that is written as it comes may take longer
   */
  CollectionPage(
      IndexQuery query,
      IndexPage page,
      StreamReads streams,
      StateTexts texts,
      AnswerRoom room,
      Deadline deadline) {
    super(room);
    this.page = page;
    this.backward = query.backward();
    this.cursors = PageCursor.of(query.sorting());
    this.streams = streams;
    this.texts = texts;
    this.deadline = deadline;
  }

  @Override
  Step advance() {
    if (next == page.places().size()) {
      return Step.END;
    }
    StreamId stream = page.places().get(next).stream();
    StreamRef ref = new StreamRef(stream, Optional.empty());
    LoadOptions options = LoadOptions.local(flowing ? Deadline.in(LONGEST_LOAD) : deadline);
    Optional<StreamState> state = streams.atHand(ref, options);
    if (state.isEmpty()) {
      if (holdsRoom()) {
        return Step.WAITING;
      }
      state = load(ref, options);
    }
    document = state.map(found -> new StatePiece(found, texts)).orElse(null);
    next++;
    return Step.PIECE;
  }

  private Optional<StreamState> load(StreamRef ref, LoadOptions options) {
    try {
      return Optional.of(streams.load(ref, options));
    } catch (StreamException e) {
      if (e.reason() == Reason.UNAVAILABLE || e.reason() == Reason.BUSY) {
        // It could be had later: that is no null, and all of the page is to be asked for again.
        throw new NotNowException(e);
      }
      LOG.warn("Stream {} is indexed but cannot be loaded: {}", ref, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  boolean isLong() {
    return document != null && document.isLong();
  }

  @Override
  void write(JsonBytes out) {
    out.ascii(next == 1 ? "{\"edges\":[{\"cursor\":" : ",{\"cursor\":");
    out.quoted(cursors.text(page.places().get(next - 1))).ascii(",\"node\":");
    if (document == null) {
      // Clients know what null means where no state is to be had.
      out.ascii("null");
    } else {
      document.write(out);
    }
    out.put('}');
  }

  @Override
  void end(JsonBytes out) {
    List<IndexPlace> places = page.places();
    out.ascii(places.isEmpty() ? "{\"edges\":[" : "").ascii("],\"pageInfo\":{\"hasNextPage\":");
    out.ascii(page.more() && !backward ? "true" : "false");
    out.ascii(",\"hasPreviousPage\":");
    out.ascii(page.more() && backward ? "true" : "false");
    if (!places.isEmpty()) {
      out.ascii(",\"startCursor\":").quoted(cursors.text(places.getFirst()));
      out.ascii(",\"endCursor\":").quoted(cursors.text(places.getLast()));
    }
    out.ascii("}}");
  }

  @Override
  void beginsToFlow() {
    flowing = true;
  }

  @Override
  void close() {
    // Nothing is held.
  }
}
