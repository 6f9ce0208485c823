package org.kiln.streams.sync;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.StreamSync;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamHistory.Found;
import org.kiln.core.stream.StreamHistory.Point;
import org.kiln.core.stream.SyncOption;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.streams.publish.Publisher;
import org.kiln.streams.read.Reader;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.StreamCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads that may ask other nodes, as the {@code sync} option of the HTTP API says; without a
 * network, or with nobody there, they are the plain reads. Takes no lock.
 */
public final class SyncReads {
  private static final Logger LOG = LoggerFactory.getLogger(SyncReads.class);

  /** How long other nodes are waited for when nobody says. */
  private static final Duration WAIT = Duration.ofSeconds(3);

  /** How long all blocks of a proof may take to come. */
  private static final Duration PROOF = Duration.ofSeconds(10);

  /** Streams that a stream needs, one after the other: its model, what it relates to, and so on. */
  private static final int MAX_NEEDED = 8;

  private static final int MAX_SEEKING = 4;

  private final EventLog log;
  private final StreamCache cache;
  private final Reader reader;
  private final Publisher publisher;
  private final Semaphore seeking = new Semaphore(MAX_SEEKING);
  private volatile StreamSync network;

  public SyncReads(EventLog log, StreamCache cache, Reader reader, Publisher publisher) {
    this.log = log;
    this.cache = cache;
    this.reader = reader;
    this.publisher = publisher;
  }

  /** Null when nobody is to be asked, because there is no network or a lock is held. */
  private StreamSync network() {
    return RemoteCalls.forbidden() ? null : network;
  }

  /** What asks other nodes; null when there is none. */
  public void use(StreamSync service) {
    network = service;
  }

  /**
   * Asks once for the streams that events of a stream wait for, so that its state can go on;
   * answers whether any of them has come.
   */
  private boolean finish(StreamRef ref, LoadOptions options) throws StreamException {
    StreamSync service = network();
    boolean any = false;
    for (int i = 0; service != null && i < MAX_NEEDED; i++) {
      Optional<StreamId> missing =
          Optional.ofNullable(cache.get(ref.stream()))
              .flatMap(DerivedState::missing)
              .flatMap(SyncReads::stream)
              .filter(stream -> !service.asked(stream) && !log.contains(stream.init()));
      if (missing.isEmpty()) {
        return any;
      }
      service.ask(
          missing.get(), Duration.ofSeconds(options.syncTimeoutSeconds()), options.deadline());
      if (!log.contains(missing.get().init())) {
        return any;
      }
      any = true;
      publisher.judgeAnew(ref.stream(), options.deadline());
    }
    return any;
  }

  /**
   * Asks for a stream that others wait for, in the background; unless that is under way for too
   * many already, when it is left to the next time.
   */
  public void seek(Dependency missing) {
    StreamSync service = network();
    Optional<StreamId> wanted = stream(missing).filter(stream -> !log.contains(stream.init()));
    if (service == null || wanted.isEmpty() || !seeking.tryAcquire()) {
      return;
    }
    Thread.ofVirtual()
        .name("kiln-seek")
        .start(
            () -> {
              try {
                service.ask(wanted.get(), WAIT, Deadline.in(WAIT.multipliedBy(2)));
              } finally {
                seeking.release();
              }
            });
  }

  /** Tells other nodes of a state that was made here. */
  public void announce(StreamState state) {
    StreamSync service = network();
    if (service != null) {
      service.announce(state.id(), state.tip(), StreamMetadata.of(state).model());
    }
  }

  /**
   * What {@link #load} answers when it need not read the log, derive or ask: nearly always. Empty
   * otherwise, whatever the reason.
   */
  public Optional<StreamState> atHand(StreamRef ref, LoadOptions options) {
    if (ref.event().isPresent()
        || options.atTime().isPresent()
        || options.sync() == SyncOption.SYNC_ALWAYS) {
      return Optional.empty();
    }
    StreamSync service = options.sync() == SyncOption.NEVER_SYNC ? null : network();
    return service == null || service.asked(ref.stream())
        ? reader.atHand(ref.stream())
        : Optional.empty();
  }

  public StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    Optional<StreamState> atHand = atHand(ref, options);
    return atHand.isPresent() ? atHand.get() : find(ref, options);
  }

  private StreamState find(StreamRef ref, LoadOptions options) throws StreamException {
    if (options.sync() == SyncOption.NEVER_SYNC) {
      return reader.load(ref, options);
    }
    StreamSync service = network();
    StreamId stream = ref.stream();
    boolean always = options.sync() == SyncOption.SYNC_ALWAYS;
    boolean asked = ask(stream, options.sync(), options.syncTimeoutSeconds(), options.deadline());
    if (service != null && ref.event().isPresent() && !log.contains(ref.event().get())) {
      service.fetch(stream, ref.event().get(), sooner(options.deadline()));
    }
    try {
      StreamState state =
          complete(
              service,
              () -> always ? anew(ref, options) : reader.load(ref, options),
              Duration.ofSeconds(options.syncTimeoutSeconds()),
              options.deadline());
      return finish(ref, options) ? reader.load(ref, options) : state;
    } catch (StreamException e) {
      if (options.sync() != SyncOption.SYNC_ON_ERROR || e.reason() == Reason.BUSY) {
        throw e;
      }
      if (service != null && !asked) {
        service.ask(stream, Duration.ofSeconds(options.syncTimeoutSeconds()), options.deadline());
      }
      return anew(ref, options);
    }
  }

  /**
   * Several points of one stream. The network is asked by the first of them that needs it; what is
   * still not here then is fetched for each.
   */
  public void loadEach(StreamId stream, List<Point> points, LoadOptions options, Found found) {
    StreamSync service = network();
    try {
      if (options.sync() != SyncOption.NEVER_SYNC) {
        load(new StreamRef(stream, Optional.empty()), options);
        for (Point point : points) {
          if (service != null
              && point.event().isPresent()
              && found.wanted()
              && !log.contains(point.event().get())) {
            service.fetch(stream, point.event().get(), sooner(options.deadline()));
          }
        }
      }
      reader.loadEach(stream, points, options, found);
    } catch (StreamException e) {
      LOG.debug("Loads of {}: {}", stream, e.getMessage());
    }
  }

  /**
   * Asks for a stream before something is done with it, unless the option says not to; answers
   * whether it has asked.
   */
  public boolean ask(StreamId stream, SyncOption sync, int seconds, Deadline deadline) {
    StreamSync service = network();
    boolean wanted =
        service != null
            && switch (sync) {
              case NEVER_SYNC -> false;
              case SYNC_ALWAYS -> true;
              case PREFER_CACHE, SYNC_ON_ERROR -> !service.asked(stream) || !isHere(stream);
            };
    if (wanted) {
      service.ask(stream, Duration.ofSeconds(seconds), deadline);
    }
    return wanted;
  }

  private boolean isHere(StreamId stream) {
    return cache.get(stream) != null || log.contains(stream.init());
  }

  /** A stream was created here. */
  public void begun(StreamId stream) {
    StreamSync service = network();
    if (service != null) {
      service.begun(stream);
    }
  }

  private StreamState anew(StreamRef ref, LoadOptions options) throws StreamException {
    publisher.judgeAnew(ref.stream(), options.deadline());
    return reader.load(ref, options);
  }

  /** Something that may need streams that are not here. */
  @FunctionalInterface
  public interface Call<T> {
    /** Does it. */
    T run() throws StreamException;
  }

  /** Does something, and fetches streams that turn out to be needed for it. */
  public <T> T complete(Call<T> call, Deadline deadline) throws StreamException {
    return complete(network(), call, WAIT, deadline);
  }

  private <T> T complete(StreamSync service, Call<T> call, Duration wait, Deadline deadline)
      throws StreamException {
    Set<StreamId> fetched = new HashSet<>();
    while (true) {
      try {
        return call.run();
      } catch (StreamException e) {
        Optional<StreamId> missing = missing(e).filter(stream -> !log.contains(stream.init()));
        if (service == null
            || missing.isEmpty()
            || fetched.size() == MAX_NEEDED
            || !fetched.add(missing.get())) {
          throw e;
        }
        service.ask(missing.get(), wait, deadline);
      }
    }
  }

  private static Optional<StreamId> missing(StreamException e) {
    return e.missing().flatMap(SyncReads::stream);
  }

  /** The stream that is missing, if one is. */
  private static Optional<StreamId> stream(Dependency missing) {
    return missing instanceof Dependency.Stream stream
        ? Optional.of(stream.id())
        : Optional.empty();
  }

  private static Deadline sooner(Deadline deadline) {
    return deadline.remaining().toMillis() <= WAIT.toMillis() ? deadline : Deadline.in(WAIT);
  }

  /**
   * A time event with all it stands on: of its proof and of the way from there, what neither came
   * with it nor is here is fetched.
   */
  public DecodedEvent whole(DecodedEvent event, Deadline deadline) throws StreamException {
    StreamSync service = network();
    if (service == null || !(event.event() instanceof Event.Time)) {
      return event;
    }
    Map<Cid, Block> own = new HashMap<>();
    event.blocks().forEach(block -> own.put(block.cid(), block));
    Deadline soon =
        deadline.remaining().toMillis() <= PROOF.toMillis() ? deadline : Deadline.in(PROOF);
    try {
      return EventDecoder.decode(
          event.event().cid(),
          cid ->
              Optional.ofNullable(own.get(cid))
                  .or(() -> log.block(cid))
                  .or(() -> service.block(cid, soon)));
    } catch (CodecException e) {
      throw new StreamException(Reason.INVALID, e.getMessage());
    }
  }

  /** Asks for a stream as a load does, for a call that has no option for it. */
  public void find(StreamId stream, Deadline deadline) {
    ask(stream, SyncOption.PREFER_CACHE, (int) WAIT.toSeconds(), deadline);
  }

  /** The same for an event that another is to follow, and those before it. */
  public void find(StreamId stream, Cid event, Deadline deadline) {
    StreamSync service = network();
    if (service == null) {
      return;
    }
    find(stream, deadline);
    DerivedState cached = cache.get(stream);
    boolean onTip = cached != null && cached.state().tip().equals(event);
    if (!onTip && !log.contains(event)) {
      service.fetch(stream, event, sooner(deadline));
    }
  }
}
