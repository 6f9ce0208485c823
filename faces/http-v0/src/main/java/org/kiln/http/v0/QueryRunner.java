package org.kiln.http.v0;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamHistory;
import org.kiln.core.stream.StreamHistory.Found;
import org.kiln.core.stream.StreamHistory.Point;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.SyncOption;
import org.kiln.ipld.event.DecodedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one query of a batch. What fails is left out of the answer, as clients expect. */
final class QueryRunner {
  private static final Logger LOG = LoggerFactory.getLogger(QueryRunner.class);
  private static final int MAX_LINKED = 500;

  /** A walk may wait for a reader who is slow; its own time is counted by who wants it. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final StreamReads reads;
  private final StreamHistory history;
  private final StreamWrites writes;
  private final Commits commits;
  private final boolean readOnly;

  QueryRunner(V0Streams streams, Commits commits, boolean readOnly) {
    this.reads = streams.reads();
    this.history = streams.history();
    this.writes = streams.writes();
    this.commits = commits;
    this.readOnly = readOnly;
  }

  /** The states found, by what the client looks them up by; none when anything goes wrong. */
  Map<String, StreamState> run(MultiQuery query) {
    try {
      return find(query);
    } catch (RuntimeException e) {
      LOG.warn("Query of {} failed: {}", query.ref(), e.toString());
      return Map.of();
    }
  }

  /** What {@link #run} finds when it need not wait for anything; empty otherwise. */
  Optional<StreamState> atHand(MultiQuery query) {
    if (query.genesis().isPresent() || !query.paths().below().isEmpty()) {
      return Optional.empty();
    }
    try {
      return reads.atHand(query.ref(), query.options());
    } catch (RuntimeException e) {
      // The load that follows fails too, and says why.
      LOG.debug("Query of {} found nothing at hand: {}", query.ref(), e.toString());
      return Optional.empty();
    }
  }

  /**
   * Runs queries of points of one stream's history, in one walk.
   *
   * @param found is told each state under what the client looks it up by
   * @param wanted whether anybody still waits for more
   */
  void runAll(
      List<MultiQuery> queries, BiConsumer<String, StreamState> found, BooleanSupplier wanted) {
    if (queries.size() == 1) {
      run(queries.get(0)).forEach(found);
      return;
    }
    LoadOptions asking = queries.get(0).options();
    for (MultiQuery query : queries) {
      if (query.options().sync() == SyncOption.SYNC_ALWAYS
          || asking.sync() == SyncOption.NEVER_SYNC) {
        asking = query.options();
      }
    }
    LoadOptions options =
        new LoadOptions(
            asking.sync(), asking.syncTimeoutSeconds(), OptionalLong.empty(), Deadline.in(LONGEST));
    List<Point> points =
        queries.stream()
            .map(query -> new Point(query.ref().event(), query.options().atTime()))
            .toList();
    StreamId stream = queries.get(0).ref().stream();
    try {
      history.loadEach(stream, points, options, sink(queries, found, wanted));
    } catch (RuntimeException e) {
      LOG.warn("Queries of {} failed: {}", stream, e.toString());
    }
  }

  private static Found sink(
      List<MultiQuery> queries, BiConsumer<String, StreamState> found, BooleanSupplier wanted) {
    return new Found() {
      @Override
      public boolean wanted() {
        return wanted.getAsBoolean();
      }

      @Override
      public void state(int index, StreamState state) {
        MultiQuery query = queries.get(index);
        found.accept(query.key(query.key(), state), state);
      }
    };
  }

  private Map<String, StreamState> find(MultiQuery query) {
    Optional<StreamState> state = query.genesis().isPresent() ? deterministic(query) : load(query);
    if (state.isEmpty()) {
      return Map.of();
    }
    String key = query.key(query.key(), state.get());
    if (query.paths().below().isEmpty()) {
      return Map.of(key, state.get());
    }
    Map<String, StreamState> found = new LinkedHashMap<>();
    found.put(key, state.get());
    follow(query, query.paths(), state.get(), found);
    return found;
  }

  private Optional<StreamState> load(MultiQuery query) {
    return load(query.ref(), query.options());
  }

  private Optional<StreamState> load(StreamRef ref, LoadOptions options) {
    try {
      return Optional.of(reads.load(ref, options));
    } catch (StreamException e) {
      LOG.debug("Query of {}: {}", ref, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * A stream whose name follows from its genesis is there as soon as somebody asks for it: found
   * here or on other nodes, or created. It is pinned as one that is created otherwise, but neither
   * announced nor anchored: nothing has been written to it.
   */
  private Optional<StreamState> deterministic(MultiQuery query) {
    StreamId stream = query.ref().stream();
    try {
      DecodedEvent init = commits.read(query.genesis().orElseThrow());
      if (!(init.event() instanceof Event.Init event) || event.signed()) {
        LOG.debug("Query of {}: Given genesis commit is not deterministic", stream);
        return Optional.empty();
      }
      if (!event.cid().equals(stream.init())) {
        LOG.debug("Query of {}: the genesis given is {}", stream, event.cid());
        return Optional.empty();
      }
      return createOrLoad(query, init);
    } catch (CodecException | StreamException e) {
      LOG.debug("Query of {}: {}", stream, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<StreamState> createOrLoad(MultiQuery query, DecodedEvent init)
      throws StreamException {
    if (readOnly) {
      return Optional.of(reads.load(query.ref(), query.options()));
    }
    writes.create(query.ref().stream().type(), init, query.creation());
    LoadOptions options = query.options();
    // Others were asked just now.
    SyncOption sync =
        options.sync() == SyncOption.SYNC_ALWAYS ? SyncOption.NEVER_SYNC : options.sync();
    return Optional.of(
        reads.load(
            query.ref(),
            new LoadOptions(
                sync, options.syncTimeoutSeconds(), options.atTime(), options.deadline())));
  }

  private void follow(
      MultiQuery query, StreamPaths paths, StreamState state, Map<String, StreamState> found) {
    if (!(state.document().latestContent() instanceof Ipld.Map content)) {
      return;
    }
    for (Map.Entry<String, StreamPaths> path : paths.below().entrySet()) {
      if (found.size() >= MAX_LINKED
          || !(content.entries().get(path.getKey()) instanceof Ipld.Text text)) {
        continue;
      }
      Optional<StreamRef> ref = parse(text.value());
      Optional<StreamState> linked = ref.flatMap(r -> load(r, query.options()));
      if (linked.isPresent()) {
        found.put(query.key(ref.get().toString(), linked.get()), linked.get());
        follow(query, path.getValue(), linked.get(), found);
      }
    }
  }

  private static Optional<StreamRef> parse(String text) {
    try {
      return Optional.of(StreamRef.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
