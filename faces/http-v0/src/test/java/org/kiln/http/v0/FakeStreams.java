package org.kiln.http.v0;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamAnchors;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamHistory;
import org.kiln.core.stream.StreamPins;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;

/** Streams in memory, without any rule: content is what the last event holds. */
final class FakeStreams
    implements StreamReads, StreamHistory, StreamWrites, StreamAnchors, StreamPins {
  final Map<StreamId, StreamState> states = new ConcurrentHashMap<>();

  /** States as they were, by their last event. */
  final Map<Cid, StreamState> past = new ConcurrentHashMap<>();

  final Map<StreamId, List<StoredEvent>> events = new ConcurrentHashMap<>();
  final Set<StreamId> atHand = ConcurrentHashMap.newKeySet();
  final Set<StreamId> pins = new LinkedHashSet<>();
  final List<WriteOptions> writes = new ArrayList<>();
  final List<LoadOptions> loads = new ArrayList<>();
  final List<StreamRef> refs = new ArrayList<>();
  StreamException refusal;
  RuntimeException failure;

  /** Loads of that stream wait for the latch, and count down another one when they go on. */
  StreamId blocked;

  CountDownLatch release;
  final CountDownLatch left = new CountDownLatch(1);

  @Override
  public synchronized Written create(int type, DecodedEvent init, WriteOptions options)
      throws StreamException {
    refuse();
    writes.add(options);
    StreamId id = StreamId.of(type, init.event().cid());
    StreamState known = states.get(id);
    if (known != null) {
      return new Written(known, false);
    }
    if (!(init.event() instanceof Event.Init event)) {
      throw new StreamException(Reason.INVALID, "Not an init event");
    }
    Document document =
        Document.of(
            event.data().orElse(Ipld.map()),
            Ipld.map("controllers", event.header().get("controllers").orElse(Ipld.list())),
            event.signed() ? Signature.SIGNED : Signature.GENESIS);
    put(id, document, StreamLog.of(List.of(entry(init, LogEntry.Kind.INIT))), init);
    if (options.pin()) {
      pins.add(id);
    }
    return new Written(states.get(id), true);
  }

  @Override
  public synchronized Written apply(StreamId stream, DecodedEvent event, WriteOptions options)
      throws StreamException {
    refuse();
    writes.add(options);
    StreamState state = find(stream);
    past.put(state.log().tip().cid(), state);
    if (!(event.event() instanceof Event.Data data)) {
      throw new StreamException(Reason.INVALID, "Not a data event");
    }
    put(
        stream,
        Document.of(data.data(), state.document().metadata(), Signature.SIGNED),
        state.log().append(entry(event, LogEntry.Kind.DATA)),
        event);
    return new Written(states.get(stream), true);
  }

  private static LogEntry entry(DecodedEvent event, LogEntry.Kind kind) {
    return LogEntry.of(event.event().cid(), kind);
  }

  private void put(StreamId id, Document document, StreamLog log, DecodedEvent event) {
    states.put(id, StreamState.of(id, 1, document, log));
    List<StoredEvent> stored = events.computeIfAbsent(id, i -> new ArrayList<>());
    stored.add(
        new StoredEvent(
            stored.size() + 1L,
            new NewEvent(
                id,
                event.event().cid(),
                log.tip().kind(),
                Optional.empty(),
                true,
                0,
                event.blocks())));
  }

  /** A stream with that content. */
  StreamId put(int type, Ipld content, int salt) {
    StreamId id = StreamId.of(type, Cid.sha256(0x71, new byte[] {(byte) salt}));
    LogEntry init = LogEntry.of(id.init(), LogEntry.Kind.INIT);
    Document document =
        Document.of(content, Ipld.map("controllers", Ipld.list()), Signature.SIGNED);
    states.put(id, StreamState.of(id, 1, document, StreamLog.of(List.of(init))));
    return id;
  }

  @Override
  public Optional<StreamState> atHand(StreamRef ref, LoadOptions options) {
    if (failure != null) {
      throw failure;
    }
    return ref.event().isEmpty() && atHand.contains(ref.stream())
        ? Optional.of(states.get(ref.stream()))
        : Optional.empty();
  }

  @Override
  public StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    synchronized (this) {
      loads.add(options);
      refs.add(ref);
    }
    refuse();
    if (ref.stream().equals(blocked)) {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      left.countDown();
    }
    StreamState then = ref.event().map(past::get).orElse(null);
    return then != null ? then : find(ref.stream());
  }

  /** One after the other: these states know no walk. */
  @Override
  public void loadEach(StreamId stream, List<Point> points, LoadOptions options, Found found) {
    for (int i = 0; i < points.size() && found.wanted(); i++) {
      try {
        found.state(i, load(new StreamRef(stream, points.get(i).event()), options));
      } catch (StreamException e) {
        continue; // left out
      }
    }
  }

  private StreamState find(StreamId stream) throws StreamException {
    StreamState state = states.get(stream);
    if (state == null) {
      throw new StreamException(Reason.NOT_FOUND, "Stream " + stream + " is not known");
    }
    return state;
  }

  private void refuse() throws StreamException {
    if (failure != null) {
      throw failure;
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  @Override
  public List<StoredEvent> events(StreamId stream, Deadline deadline) throws StreamException {
    find(stream);
    return events.getOrDefault(stream, List.of());
  }

  @Override
  public AnchorStatus requestAnchor(StreamId stream, Deadline deadline) throws StreamException {
    find(stream);
    return AnchorStatus.PENDING;
  }

  @Override
  public void pin(StreamId stream, Deadline deadline) throws StreamException {
    find(stream);
    pins.add(stream);
  }

  @Override
  public void unpin(StreamId stream, boolean publish, Deadline deadline) {
    pins.remove(stream);
  }

  @Override
  public boolean pinned(StreamId stream) {
    if (failure != null) {
      throw failure;
    }
    return pins.contains(stream);
  }

  @Override
  public void scanPins(Predicate<StreamId> sink) {
    for (StreamId pin : pins) {
      if (!sink.test(pin)) {
        return;
      }
    }
  }
}
