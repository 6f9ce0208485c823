package org.kiln.core.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.StoredEvent;
import org.kiln.ipld.event.DecodedEvent;

/**
 * The only door for events, and the way to read states. A client's writes are <em>strict</em>: what
 * does not apply is refused, and nothing of it is kept. Events from the network are
 * <em>lenient</em>: what is authentic is kept, and applied as soon as it can be. What moves a
 * stream is told by the {@linkplain org.kiln.api.feed.Feed feed}: whoever hears there of a change
 * reads a state here that is at least as new. The anchor status of a tip is what the anchor service
 * says when its state is read. Thread-safe; calls block.
 */
public interface StreamService {

  /**
   * Creates a stream from a client's init event, or finds it when it is there already, here or, as
   * the options say, on other nodes. A stream that has but its init event afterwards is pinned or
   * not as the options say, whether it was there before or not.
   *
   * @param type the stream type the client names
   * @throws StreamException with the reason it is refused
   */
  Written create(int type, DecodedEvent init, WriteOptions options) throws StreamException;

  /**
   * Applies a client's event; it must build on the tip. Other nodes are asked for that when they
   * were not yet since the start, whatever the options say, and for what a time event's proof
   * lacks.
   *
   * @throws StreamException with the reason it is refused
   */
  Written apply(StreamId stream, DecodedEvent event, WriteOptions options) throws StreamException;

  /**
   * Takes an event from the network or from an import.
   *
   * @param stream the stream it belongs to
   * @param origin who told of it, as readers of the feed will see
   * @throws StreamException when it is not authentic or not an event of that stream; never because
   *     it cannot be applied yet
   */
  void receive(StreamId stream, DecodedEvent event, Origin origin, Deadline deadline)
      throws StreamException;

  /** An event and the stream it belongs to. */
  record Received(StreamId stream, DecodedEvent event) {}

  /**
   * Takes many events like {@link #receive}, in one write of the log; for a few hundred at once.
   * How they move one stream is told as one change.
   *
   * @return for each event why it was refused, empty when it was not
   */
  default List<Optional<StreamException>> receiveAll(
      List<Received> events, Origin origin, Deadline deadline) {
    List<Optional<StreamException>> refusals = new ArrayList<>(events.size());
    for (Received received : events) {
      try {
        receive(received.stream(), received.event(), origin, deadline);
        refusals.add(Optional.empty());
      } catch (StreamException e) {
        refusals.add(Optional.of(e));
      }
    }
    return refusals;
  }

  /**
   * Takes time events of this node's own, which nobody knows yet, in one write of the log. On an
   * older event one would win against what came after it, so each is taken only when it is certain
   * that it stands on its stream's tip and becomes it; of others nothing is kept.
   *
   * @return for each event why it was refused, empty when it was not; CONFLICT when its stream has
   *     gone on, UNAVAILABLE when that cannot be known now, or its proof not be judged
   */
  default List<Optional<StreamException>> continueAll(List<Received> events, Deadline deadline) {
    List<Optional<StreamException>> refusals = new ArrayList<>(events.size());
    for (Received received : events) {
      try {
        StreamState state =
            load(new StreamRef(received.stream(), Optional.empty()), LoadOptions.local(deadline));
        if (!received.event().event().previous().equals(Optional.of(state.tip()))) {
          throw new StreamException(
              StreamException.Reason.CONFLICT,
              "Stream " + received.stream() + " has gone on to " + state.tip());
        }
        receive(received.stream(), received.event(), Origin.NODE, deadline);
        refusals.add(Optional.empty());
      } catch (StreamException e) {
        refusals.add(Optional.of(e));
      }
    }
    return refusals;
  }

  /**
   * The state of a stream: as it is now, at one event, or as of a time.
   *
   * @throws StreamException when the stream is unknown or cannot be derived now
   */
  StreamState load(StreamRef ref, LoadOptions options) throws StreamException;

  /**
   * Loads several points of one stream's history as {@link #load} does each, but in one walk over
   * its events. What cannot be loaded is left out.
   *
   * @param options how to load; {@code atTime} does not count
   * @param found is told each state on the caller's thread, in no particular order
   */
  default void loadEach(StreamId stream, List<Point> points, LoadOptions options, Found found) {
    for (int i = 0; i < points.size() && found.wanted(); i++) {
      Point point = points.get(i);
      LoadOptions there =
          new LoadOptions(
              options.sync(), options.syncTimeoutSeconds(), point.atTime(), options.deadline());
      try {
        found.state(i, load(new StreamRef(stream, point.event()), there));
      } catch (StreamException e) {
        // Left out, as was said.
        continue;
      }
    }
  }

  /**
   * A point of a stream's history: right after an event; else as of a time; else now.
   *
   * @param event an event of the stream
   * @param atTime unix seconds: as of the last time event not after it
   */
  record Point(Optional<Cid> event, OptionalLong atTime) {}

  /** Takes the states of {@link #loadEach}. */
  interface Found {
    /** Whether anybody wants more; asked between any two events, so that a walk can be ended. */
    boolean wanted();

    /**
     * The state of one point; may block.
     *
     * @param index of the point in the list
     */
    void state(int index, StreamState state);
  }

  /**
   * The events of a stream's canonical log with their blocks, init event first. Each is read when
   * it is asked for, and not kept.
   *
   * @throws StreamException when the stream is unknown or cannot be derived now
   */
  List<StoredEvent> events(StreamId stream, Deadline deadline) throws StreamException;

  /**
   * Asks for a time event on the tip; does nothing when the tip has one.
   *
   * @throws StreamException when the stream is unknown
   */
  AnchorStatus requestAnchor(StreamId stream, Deadline deadline) throws StreamException;

  /**
   * Pins a stream, loading it if need be, and its model.
   *
   * @throws StreamException when the stream is unknown
   */
  void pin(StreamId stream, Deadline deadline) throws StreamException;

  /**
   * Unpins a stream; does nothing when it is not pinned.
   *
   * @param publish whether to announce its tip to peers once more, if it is known here
   */
  void unpin(StreamId stream, boolean publish, Deadline deadline) throws StreamException;

  /** Whether a stream is pinned. */
  boolean pinned(StreamId stream);

  /** Walks the pinned streams; the sink answers whether to go on. */
  void scanPins(Predicate<StreamId> sink);

  /** What the service holds and does, for metrics. */
  ServiceStats stats();

  /**
   * What became of a write.
   *
   * @param state the stream's state afterwards
   * @param changed whether the write changed anything; false when the event was known
   */
  record Written(StreamState state, boolean changed) {}

  /**
   * How to write.
   *
   * @param anchor whether to ask for a time event
   * @param publish whether to announce the tip to peers
   * @param pin whether to pin a stream that is created, and its model
   * @param sync whether to ask the network for a stream before it is created
   * @param syncTimeoutSeconds how long to wait for it
   * @param deadline when the call must come back
   */
  record WriteOptions(
      boolean anchor,
      boolean publish,
      boolean pin,
      Sync sync,
      int syncTimeoutSeconds,
      Deadline deadline) {

    /** Without asking anybody for a stream that is created. */
    public WriteOptions(boolean anchor, boolean publish, boolean pin, Deadline deadline) {
      this(anchor, publish, pin, Sync.NEVER_SYNC, 0, deadline);
    }
  }

  /**
   * How to load.
   *
   * @param sync whether to ask the network
   * @param syncTimeoutSeconds how long to wait for it
   * @param atTime unix seconds: the state as of the last time event not after it
   * @param deadline when the call must come back
   */
  record LoadOptions(Sync sync, int syncTimeoutSeconds, OptionalLong atTime, Deadline deadline) {
    /** From what is known here. */
    public static LoadOptions local(Deadline deadline) {
      return new LoadOptions(Sync.NEVER_SYNC, 0, OptionalLong.empty(), deadline);
    }
  }

  /** Whether to ask the network, in the order of the HTTP API's numbers 0 to 3. */
  enum Sync {
    /** Only when the stream is not known here, or nobody was asked for it since the start. */
    PREFER_CACHE,
    /** Always. */
    SYNC_ALWAYS,
    /** Never. */
    NEVER_SYNC,
    /** As the first, and when loading fails without. */
    SYNC_ON_ERROR
  }

  /**
   * Numbers of the service.
   *
   * @param cachedStates states in memory
   * @param cachedBytes their estimated weight in bytes
   * @param applied events applied since start
   * @param refused events refused since start
   * @param waiting events kept that wait for something missing
   */
  record ServiceStats(
      long cachedStates, long cachedBytes, long applied, long refused, long waiting) {}
}
