package org.kiln.streams;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.StreamSync;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamService.LoadOptions;
import org.kiln.core.stream.StreamService.Sync;

/**
 * Reads that may ask other nodes, as the {@code sync} option of the HTTP API says; without a
 * network, or with nobody there, they are the plain reads. Takes no lane.
 */
final class Beyond {
  /** How long other nodes are waited for when nobody says. */
  private static final Duration WAIT = Duration.ofSeconds(3);

  /** Streams that a stream needs, one after the other: its model, what it relates to, and so on. */
  private static final int MAX_NEEDED = 8;

  private final EventLog log;
  private final StreamCache cache;
  private final Reader reader;
  private final Publisher publisher;
  private volatile StreamSync network;

  Beyond(EventLog log, StreamCache cache, Reader reader, Publisher publisher) {
    this.log = log;
    this.cache = cache;
    this.reader = reader;
    this.publisher = publisher;
  }

  /** What asks other nodes; null when there is none. */
  void use(StreamSync service) {
    network = service;
  }

  /** Tells other nodes of a state that was made here. */
  void announce(StreamState state) {
    StreamSync service = network;
    if (service != null) {
      service.announce(state.id(), state.tip(), model(state));
    }
  }

  private static Optional<StreamId> model(StreamState state) {
    if (state.document().latestMetadata().get("model").orElse(Ipld.NULL)
        instanceof Ipld.Bytes model) {
      try {
        return Optional.of(StreamId.of(model.value()));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    if (options.sync() == Sync.NEVER_SYNC) {
      return reader.load(ref, options);
    }
    StreamSync service = network;
    StreamId stream = ref.stream();
    boolean always = options.sync() == Sync.SYNC_ALWAYS;
    boolean asked = service != null && (always || wanted(service, stream));
    if (asked) {
      ask(service, stream, options);
    }
    if (service != null && ref.event().isPresent() && !log.contains(ref.event().get())) {
      service.fetch(stream, ref.event().get(), sooner(options.deadline()));
    }
    try {
      return complete(
          service,
          () -> always ? anew(ref, options) : reader.load(ref, options),
          Duration.ofSeconds(options.syncTimeoutSeconds()),
          options.deadline());
    } catch (StreamException e) {
      if (options.sync() != Sync.SYNC_ON_ERROR || e.reason() == Reason.BUSY) {
        throw e;
      }
      if (service != null && !asked) {
        ask(service, stream, options);
      }
      return anew(ref, options);
    }
  }

  private static void ask(StreamSync service, StreamId stream, LoadOptions options)
      throws StreamException {
    service.ask(stream, Duration.ofSeconds(options.syncTimeoutSeconds()), options.deadline());
  }

  private StreamState anew(StreamRef ref, LoadOptions options) throws StreamException {
    publisher.judgeAnew(ref.stream(), options.deadline());
    return reader.load(ref, options);
  }

  /** Something that may need streams that are not here. */
  @FunctionalInterface
  interface Call<T> {
    /** Does it. */
    T run() throws StreamException;
  }

  /** Does something, and fetches streams that turn out to be needed for it. */
  <T> T complete(Call<T> call, Deadline deadline) throws StreamException {
    return complete(network, call, WAIT, deadline);
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
    String missing = e.details().getOrDefault("missing", "");
    try {
      return missing.startsWith("stream:")
          ? Optional.of(StreamId.parse(missing.substring("stream:".length())))
          : Optional.empty();
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  /** Not in memory, and not asked for since the start: others may know more of it. */
  private boolean wanted(StreamSync service, StreamId stream) {
    return cache.get(stream) == null && (!service.asked(stream) || !log.contains(stream.init()));
  }

  private static Deadline sooner(Deadline deadline) {
    return deadline.remainingMs() <= WAIT.toMillis() ? deadline : Deadline.in(WAIT);
  }

  /** Asks for a stream that is not here, for a call that has no option for it. */
  void find(StreamId stream, Deadline deadline) {
    StreamSync service = network;
    if (service != null && cache.get(stream) == null && !log.contains(stream.init())) {
      service.ask(stream, WAIT, deadline);
    }
  }

  /** The same for an event that another is to follow, and those before it. */
  void find(StreamId stream, Cid event, Deadline deadline) {
    StreamSync service = network;
    Resident cached = cache.get(stream);
    if (service == null || cached != null && cached.state().tip().equals(event)) {
      return;
    }
    find(stream, deadline);
    if (!log.contains(event)) {
      service.fetch(stream, event, sooner(deadline));
    }
  }
}
