package org.kiln.sync;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;

/**
 * Follows {@code prev} from a tip back to an event that is here or to the stream's init event, and
 * then takes the events in, the oldest first. Nothing is kept of a tip that leads anywhere else: a
 * peer that names made-up tips costs its fetches and no disk. Of a long way only the newest steps'
 * numbers stay in memory; their blocks are fetched once more on the way forward.
 */
final class LogWalk {
  /** The longest way that is followed, in events. */
  static final int MAX_EVENTS = 100_000;

  private static final int MAX_BYTES = 8 << 20;
  private static final int BATCH = 128;
  private static final int MAX_REFERENCES = 32;

  private final EventLog log;
  private final StreamArrivals arrivals;
  private final BlockFetcher fetcher;
  private final Optional<StreamId> wanted;
  private final Patience patience;
  private final BooleanSupplier useless;
  private boolean begun;

  /**
   * One walk.
   *
   * @param wanted the model that the stream must be of, if it is followed for that alone
   * @param useless becomes true when it is not worth going on
   */
  LogWalk(
      EventLog log,
      StreamArrivals arrivals,
      BlockFetcher fetcher,
      Optional<StreamId> wanted,
      Patience patience,
      BooleanSupplier useless) {
    this.log = log;
    this.arrivals = arrivals;
    this.fetcher = fetcher;
    this.wanted = wanted;
    this.patience = patience;
    this.useless = useless;
  }

  /** What became of it. */
  enum Outcome {
    /** Everything is here now. */
    ARRIVED,
    /** A block was not to be had in time. */
    UNREACHABLE,
    /** The tip does not belong to the stream, or an event on the way is no event. */
    FOREIGN,
    /**
     * Not now, for reasons of our own: no way to fetch, no time, no room in the store. Whoever
     * named the tip is not to blame.
     */
    PUT_OFF,
    /** The way is longer than we follow any. */
    TOO_LONG
  }

  /**
   * The end of a walk.
   *
   * @param outcome what became of it
   * @param events events taken in
   * @param references streams that the first event names and its type may need
   */
  record Result(Outcome outcome, int events, Set<StreamId> references) {
    static Result of(Outcome outcome) {
      return new Result(outcome, 0, Set.of());
    }
  }

  /** Fetches what a walk needs, and remembers whether all of it came. */
  private final class Source implements EventDecoder.Blocks {
    private final Set<PeerId> hints;
    private final Deadline deadline;
    boolean complete = true;

    Source(Set<PeerId> hints, Deadline deadline) {
      this.hints = hints;
      this.deadline = deadline;
    }

    @Override
    public Optional<Block> find(Cid cid) {
      Optional<Block> block = log.block(cid);
      if (block.isEmpty()) {
        block = useless.getAsBoolean() ? block : beyond(cid);
      }
      complete &= block.isPresent();
      return block;
    }

    private Optional<Block> beyond(Cid cid) {
      return patience.near() && !begun
          ? fetcher.fetchNear(cid, hints, sooner(deadline))
          : fetcher.fetch(cid, hints, sooner(deadline));
    }
  }

  private Deadline sooner(Deadline deadline) {
    Duration most = begun ? patience.each() : patience.first();
    return deadline.remaining().toMillis() <= most.toMillis() ? deadline : Deadline.in(most);
  }

  /**
   * Walks; comes back by the deadline.
   *
   * @param origin who told of the tip
   */
  Result run(StreamId stream, Cid tip, Origin origin, Set<PeerId> hints, Deadline deadline) {
    Deque<Cid> way = new ArrayDeque<>();
    Map<Cid, DecodedEvent> decoded = new LinkedHashMap<>();
    Set<Cid> met = new LinkedHashSet<>();
    long bytes = 0;
    boolean patient = deadline.remaining().toMillis() >= patience.first().toMillis();
    Cid at = tip;
    try {
      while (!log.contains(at)) {
        if (!met.add(at)) {
          return Result.of(Outcome.FOREIGN);
        }
        if (way.size() == MAX_EVENTS) {
          return Result.of(Outcome.TOO_LONG);
        }
        Optional<DecodedEvent> event = fetch(at, hints, deadline);
        if (event.isEmpty()) {
          return Result.of(patient ? Outcome.UNREACHABLE : Outcome.PUT_OFF);
        }
        if (!belongs(event.get(), stream)) {
          return Result.of(Outcome.FOREIGN);
        }
        begun = true;
        way.addFirst(at);
        decoded.put(at, event.get());
        bytes += weight(event.get());
        for (Iterator<DecodedEvent> newest = decoded.values().iterator();
            bytes > MAX_BYTES && decoded.size() > 1; ) {
          bytes -= weight(newest.next());
          newest.remove();
        }
        Optional<Cid> prev = event.get().event().previous();
        if (prev.isEmpty()) {
          at = null;
          break;
        }
        at = prev.get();
      }
      if (at != null && !isOf(at, stream)) {
        return Result.of(Outcome.FOREIGN);
      }
      return forward(stream, way, decoded, origin, hints, deadline);
    } catch (CodecException e) {
      return Result.of(Outcome.FOREIGN);
    }
  }

  private Optional<DecodedEvent> fetch(Cid cid, Set<PeerId> hints, Deadline deadline)
      throws CodecException {
    Source source = new Source(hints, deadline);
    try {
      DecodedEvent event = EventDecoder.decode(cid, source);
      return source.complete ? Optional.of(event) : Optional.empty();
    } catch (CodecException e) {
      if (!source.complete) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static long weight(DecodedEvent event) {
    return 512 + event.blocks().stream().mapToLong(block -> block.size()).sum();
  }

  /** Whether an event can be of that stream, as far as it says itself. */
  private boolean belongs(DecodedEvent event, StreamId stream) {
    return switch (event.event()) {
      case Event.Init init -> init.cid().equals(stream.init()) && isWanted(init);
      case Event.Data data -> data.id().map(stream.init()::equals).orElse(true);
      case Event.Time time -> time.id().map(stream.init()::equals).orElse(true);
    };
  }

  private boolean isWanted(Event.Init init) {
    return wanted.isEmpty() || wanted.equals(InitHeader.of(init).metadata().model());
  }

  private boolean isOf(Cid known, StreamId stream) {
    return log.event(known)
        .map(StoredEvent::event)
        .filter(event -> event.stream().init().equals(stream.init()))
        .isPresent();
  }

  private Result forward(
      StreamId stream,
      Deque<Cid> way,
      Map<Cid, DecodedEvent> decoded,
      Origin origin,
      Set<PeerId> hints,
      Deadline deadline)
      throws CodecException {
    Set<StreamId> references = new LinkedHashSet<>();
    List<StreamEvent> batch = new ArrayList<>(BATCH);
    int taken = 0;
    while (!way.isEmpty()) {
      Cid cid = way.removeFirst();
      DecodedEvent event = decoded.remove(cid);
      if (event == null) {
        Optional<DecodedEvent> again = fetch(cid, hints, deadline);
        if (again.isEmpty()) {
          take(batch, origin, deadline);
          return new Result(Outcome.UNREACHABLE, taken + batch.size(), references);
        }
        event = again.get();
      }
      if (references.size() < MAX_REFERENCES) {
        references(event, references);
      }
      batch.add(new StreamEvent(stream, event));
      if (batch.size() == BATCH || way.isEmpty()) {
        Optional<Outcome> end = take(batch, origin, deadline);
        if (end.isPresent()) {
          return new Result(end.get(), taken, references);
        }
        taken += batch.size();
        batch.clear();
      }
    }
    return new Result(Outcome.ARRIVED, taken, references);
  }

  /** How it ends when an event is refused: what follows it would hang in the air. */
  private Optional<Outcome> take(List<StreamEvent> batch, Origin origin, Deadline deadline) {
    return arrivals.receive(List.copyOf(batch), origin, deadline).stream()
        .flatMap(Optional::stream)
        .findFirst()
        .map(e -> e.reason() == Reason.INVALID ? Outcome.FOREIGN : Outcome.PUT_OFF);
  }

  /**
   * The streams an event names: its model, the interfaces of a model, the targets of relations.
   * They may have to be here before it can be applied.
   */
  private static void references(DecodedEvent event, Set<StreamId> found) {
    if (event.event() instanceof Event.Init init) {
      StreamMetadata metadata = InitHeader.of(init).metadata();
      metadata.model().ifPresent(id -> keep(id, found));
      if (metadata.modelBytes().isPresent()
          && init.data().orElse(Ipld.NULL) instanceof Ipld.Map content
          && content.get("implements").orElse(Ipld.NULL) instanceof Ipld.List interfaces) {
        for (Ipld item : interfaces.items()) {
          if (item instanceof Ipld.Text text) {
            add(text.value(), found);
          }
        }
      }
    }
  }

  private static void add(String id, Set<StreamId> found) {
    try {
      keep(StreamId.parse(id), found);
    } catch (IllegalArgumentException e) {
      // No StreamID: the event's type will say so.
      return;
    }
  }

  private static void keep(StreamId stream, Set<StreamId> found) {
    if (!stream.equals(StreamId.MODEL) && found.size() < MAX_REFERENCES) {
      found.add(stream);
    }
  }
}
