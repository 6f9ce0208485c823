package org.kiln.streams;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.feed.Origin;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.consensus.Consensus;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.Journal;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.net.StreamSync;
import org.kiln.core.stream.EventObjections;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamService;
import org.kiln.core.stream.SyncOption;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.derive.Applier;
import org.kiln.streams.derive.Derivation;
import org.kiln.streams.derive.EventTrees;
import org.kiln.streams.derive.EventVerifier;
import org.kiln.streams.derive.Objections;
import org.kiln.streams.derive.ProofTimes;
import org.kiln.streams.derive.StraightHistories;
import org.kiln.streams.derive.TreeRoom;
import org.kiln.streams.derive.Turns;
import org.kiln.streams.intake.Arrivals;
import org.kiln.streams.intake.LogWriter;
import org.kiln.streams.intake.OwnTimeEvents;
import org.kiln.streams.intake.Pins;
import org.kiln.streams.intake.StrictWrites;
import org.kiln.streams.publish.Comparison;
import org.kiln.streams.publish.Counters;
import org.kiln.streams.publish.PublishedTips;
import org.kiln.streams.publish.Publisher;
import org.kiln.streams.publish.StreamLocks;
import org.kiln.streams.publish.UnpublishedStreams;
import org.kiln.streams.read.Anchoring;
import org.kiln.streams.read.Catalogue;
import org.kiln.streams.read.Census;
import org.kiln.streams.read.OtherStreamsReader;
import org.kiln.streams.read.Reader;
import org.kiln.streams.state.Checkpoints;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.MentionIndex;
import org.kiln.streams.state.StreamCache;
import org.kiln.streams.sync.SyncReads;
import org.kiln.streams.waiting.Later;
import org.kiln.streams.waiting.LaterOnThreads;
import org.kiln.streams.waiting.Unfinished;
import org.kiln.streams.waiting.Waiting;

/** The stream service: wires the parts of this room together. */
public final class Streams implements StreamService, AutoCloseable {
  private final EventLog log;
  private final StreamCache cache;
  private final MentionIndex index = new MentionIndex();
  private final Checkpoints checkpoints;
  private final ProofTimes proofTimes;
  private final Applier applier;
  private final EventTrees trees;
  private final Derivation derivation;
  private final Reader reader;
  private final StrictWrites writes;
  private final Arrivals arrivals;
  private final OwnTimeEvents ownTimeEvents;
  private final Publisher publisher;
  private final Pins pins;
  private final UnpublishedStreams unpublished;
  private final Comparison comparison;
  private final Anchoring anchoring;
  private final Unfinished unfinished;
  private final Waiting waiting;
  private final SyncReads syncReads;
  private final Objections objections;
  private final Counters counters = new Counters();

  /**
   * What can be set.
   *
   * @param network the network events belong to
   * @param tieBreak the order of tips that decides last between branches
   * @param cacheBytes bound of the states in memory, in bytes
   */
  public record Settings(NetworkId network, TieBreak tieBreak, long cacheBytes) {}

  /**
   * Opens the service over a log.
   *
   * @param store the one the log lies in
   * @param journal where the moves of streams are noted
   */
  public Streams(
      EventLog log,
      NodeStore store,
      Journal journal,
      ExtensionRegistry extensions,
      SignatureVerifier verifier,
      Clock clock,
      Settings settings) {
    this(log, store, journal, extensions, verifier, clock, settings, TreeRoom.ofHeap());
  }

  /**
   * Opens the service beside others of the same process.
   *
   * @param room for the trees of forked streams, of all of them together
   */
  public Streams(
      EventLog log,
      NodeStore store,
      Journal journal,
      ExtensionRegistry extensions,
      SignatureVerifier verifier,
      Clock clock,
      Settings settings,
      TreeRoom room) {
    this.log = log;
    this.cache = new StreamCache(settings.cacheBytes());
    this.checkpoints = new Checkpoints(store, index);
    this.pins = new Pins(store);
    this.anchoring = new Anchoring();
    this.proofTimes = new ProofTimes(store, extensions);
    EventVerifier eventVerifier = new EventVerifier(verifier, proofTimes, log);
    this.applier = new Applier(extensions, verifier, new OtherStreamsReader(this::readerForTypes));
    Turns turns = new Turns();
    StraightHistories histories =
        new StraightHistories(log, eventVerifier, applier, turns, settings.cacheBytes());
    this.trees =
        new EventTrees(
            log,
            eventVerifier,
            applier,
            new Consensus(settings.tieBreak()),
            turns,
            room,
            settings.cacheBytes());
    this.derivation =
        new Derivation(
            log,
            checkpoints,
            eventVerifier,
            applier,
            histories,
            trees,
            turns,
            settings.network(),
            this::strayed);
    Later later = new LaterOnThreads("kiln-waiting");
    this.unfinished = new Unfinished(store, later, Waiting.MAX_STREAMS);
    this.waiting = new Waiting(this::derivedAnew, this::seek, extensions, unfinished, later);
    this.reader = new Reader(log, cache, derivation, applier, verifier, anchoring, waiting, clock);
    StreamLocks locks = new StreamLocks();
    PublishedTips published = new PublishedTips(log, checkpoints);
    this.comparison = new Comparison(journal, this::compared);
    this.unpublished = new UnpublishedStreams(journal, published, comparison);
    this.publisher =
        new Publisher(
            cache,
            checkpoints,
            reader,
            anchoring,
            journal,
            published,
            waiting,
            counters,
            locks,
            comparison,
            unpublished);
    this.syncReads = new SyncReads(log, cache, reader, publisher);
    this.objections = new Objections(log, eventVerifier, verifier);
    LogWriter writer = new LogWriter(log, clock, objections::toPlacing);
    this.ownTimeEvents =
        new OwnTimeEvents(
            log, writer, cache, derivation, reader, eventVerifier, publisher, unpublished, locks);
    this.arrivals =
        new Arrivals(
            log,
            writer,
            cache,
            derivation,
            reader,
            eventVerifier,
            objections,
            publisher,
            published,
            unpublished,
            waiting,
            anchoring,
            counters,
            locks);
    this.writes =
        new StrictWrites(
            log,
            writer,
            cache,
            derivation,
            reader,
            eventVerifier,
            applier,
            anchoring,
            publisher,
            counters,
            locks);
  }

  /**
   * Begins to keep states in the store, to derive what waited when the node was stopped, and to
   * tell of what an earlier run had no time to tell of; little of that before it comes back.
   */
  public Streams start() {
    checkpoints.start();
    unpublished.start();
    waiting.start();
    return this;
  }

  /** Where wishes for time events go; null when there is no anchor service. */
  public void anchorRequests(org.kiln.core.anchor.AnchorRequests requests) {
    anchoring.use(requests);
  }

  /** Asks other nodes; null when there is no network. */
  public void network(StreamSync network) {
    syncReads.use(network);
  }

  @Override
  public Written create(int type, DecodedEvent init, WriteOptions options) throws StreamException {
    boolean plausible = init.event() instanceof Event.Init && applier.plausibleType(type);
    if (plausible) {
      askBeforeCreation(StreamId.of(type, init.event().cid()), options);
    }
    Written written =
        syncReads.complete(() -> writes.create(type, init, options), options.deadline());
    StreamState state = written.state();
    if (written.changed() && init.envelope().isPresent()) {
      syncReads.begun(state.id());
    }
    if (!written.changed() && state.log().size() == 1) {
      // As in js-ceramic: a stream to which nothing was written can still be created.
      pins.set(state, options.pin(), options.deadline());
    }
    return told(written, options);
  }

  private void askBeforeCreation(StreamId stream, WriteOptions options) throws StreamException {
    syncReads.ask(stream, options.sync(), options.syncTimeoutSeconds(), options.deadline());
    if (options.sync() == SyncOption.SYNC_ALWAYS) {
      publisher.judgeAnew(stream, options.deadline());
    }
  }

  private Written told(Written written, WriteOptions options) {
    if (written.changed() && options.publish()) {
      syncReads.announce(written.state());
    }
    return written;
  }

  @Override
  public Written apply(StreamId stream, DecodedEvent event, WriteOptions options)
      throws StreamException {
    if (event.event().previous().isPresent()) {
      syncReads.find(stream, event.event().previous().get(), options.deadline());
    }
    DecodedEvent whole = syncReads.whole(event, options.deadline());
    return told(
        syncReads.complete(() -> writes.apply(stream, whole, options), options.deadline()),
        options);
  }

  @Override
  public List<Optional<StreamException>> receive(
      List<StreamEvent> events, Origin origin, Deadline deadline) {
    return arrivals.receive(events, origin, deadline);
  }

  @Override
  public List<Optional<StreamException>> continueAll(List<StreamEvent> events, Deadline deadline) {
    return ownTimeEvents.take(events, deadline);
  }

  @Override
  public Optional<StreamState> atHand(StreamRef ref, LoadOptions options) {
    return syncReads.atHand(ref, options);
  }

  @Override
  public StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    return syncReads.load(ref, options);
  }

  @Override
  public void loadEach(StreamId stream, List<Point> points, LoadOptions options, Found found) {
    syncReads.loadEach(stream, points, options, found);
  }

  @Override
  public List<StoredEvent> events(StreamId stream, Deadline deadline) throws StreamException {
    syncReads.find(stream, deadline);
    return derivation.events(reader.derivedState(stream, deadline).state());
  }

  @Override
  public AnchorStatus requestAnchor(StreamId stream, Deadline deadline) throws StreamException {
    return publisher.requestAnchor(stream, deadline).anchorStatus();
  }

  @Override
  public void pin(StreamId stream, Deadline deadline) throws StreamException {
    syncReads.find(stream, deadline);
    pins.set(reader.derivedState(stream, deadline).state(), true, deadline);
  }

  @Override
  public void unpin(StreamId stream, boolean publish, Deadline deadline) throws StreamException {
    if (publish) {
      reader.find(stream, deadline).map(DerivedState::state).ifPresent(syncReads::announce);
    }
    pins.unpin(stream, deadline);
  }

  @Override
  public boolean pinned(StreamId stream) {
    return pins.pinned(stream);
  }

  @Override
  public void scanPins(Predicate<StreamId> sink) {
    pins.scan(sink);
  }

  @Override
  public Numbers stats() {
    return new Numbers(
        cache.count(), cache.weight(), counters.applied(), counters.refused(), waiting.size());
  }

  /** How often a state in the store could not be read since the start. */
  public long unreadableStates() {
    return checkpoints.unreadable();
  }

  /** What speaks against single events. */
  public EventObjections objections() {
    return objections;
  }

  /** Walks and searches the states in that store, which this service writes. */
  public Catalogue catalogue(NodeStore store) {
    return new Catalogue(store, index, this::anew);
  }

  /** Counts the states in that store, which this service writes. */
  public Census census(NodeStore store, Clock clock) {
    return new Census(store, checkpoints, clock);
  }

  private Optional<StreamState> anew(StreamId stream, Deadline deadline) {
    try {
      return reader.find(stream, deadline).map(DerivedState::state);
    } catch (StreamException | DeadlineExpiredException e) {
      return Optional.empty();
    }
  }

  /**
   * Forgets every derived state, in memory and in the store, and derives all of them from the log.
   */
  public Rebuild rebuild(NodeStore store) {
    return new Rebuild(
        log, store, cache, checkpoints, unfinished, derivation, comparison, unpublished);
  }

  /** Writes what is not written yet. */
  @Override
  public void close() {
    unpublished.close();
    waiting.close();
    trees.close();
    applier.close();
    proofTimes.close();
    checkpoints.close();
  }

  private Reader readerForTypes() {
    return reader;
  }

  private void seek(Dependency missing) {
    syncReads.seek(missing);
  }

  private void derivedAnew(StreamId stream) {
    publisher.deriveAnew(stream);
  }

  private void strayed(StreamId stream) {
    unpublished.owe(stream, List.of());
  }

  private boolean compared(StreamId stream, Publisher.Source last, List<Long> settled) {
    return publisher.deriveAnew(stream, last, settled);
  }
}
