package org.kiln.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.streams.derive.Derivation;
import org.kiln.streams.derive.NoRoomException;
import org.kiln.streams.publish.Comparison;
import org.kiln.streams.publish.UnpublishedStreams;
import org.kiln.streams.state.Checkpoints;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.StreamCache;
import org.kiln.streams.waiting.Unfinished;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Throws all derived states away and derives them from the log. The journal stays: what was told
 * holds, and a stream that has another tip than was told of it is told once more.
 */
public final class Rebuild {
  private static final int BATCH = 1_000;

  /** Streams compared in one walk over the journal. */
  private static final int PAGE = 10_000;

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** For a stream of tens of millions of events. */
  private static final Duration ONE_STREAM = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
  private static final int MOST_NAMED = 100;

  private final EventLog log;
  private final NodeStore store;
  private final StreamCache cache;
  private final Checkpoints checkpoints;
  private final Unfinished unfinished;
  private final Derivation derivation;
  private final Comparison comparison;
  private final UnpublishedStreams unpublished;

  Rebuild(
      EventLog log,
      NodeStore store,
      StreamCache cache,
      Checkpoints checkpoints,
      Unfinished unfinished,
      Derivation derivation,
      Comparison comparison,
      UnpublishedStreams unpublished) {
    this.log = log;
    this.store = store;
    this.cache = cache;
    this.checkpoints = checkpoints;
    this.unfinished = unfinished;
    this.derivation = derivation;
    this.comparison = comparison;
    this.unpublished = unpublished;
  }

  /**
   * What came of it.
   *
   * @param streams streams derived
   * @param waiting streams with events that wait for something missing
   * @param invalid streams without a valid state
   * @param orphans events whose stream's init event is not in the log
   * @param left streams that have no room in memory or took too long, the first of them, and why;
   *     they are derived when somebody asks for them
   */
  public record Report(long streams, long waiting, long invalid, long orphans, List<String> left) {}

  /** What has come of it so far. */
  private static final class Tally {
    private long streams;
    private long waiting;
    private long invalid;
    private long orphans;
    private final Map<StreamId, String> left = new LinkedHashMap<>();
  }

  /**
   * Runs to the end.
   *
   * @param progress hears how many of how many events of the log were looked at
   * @throws LogBusyException when the store takes no writes for minutes
   * @throws org.kiln.api.store.StoreException when the log cannot be read, or states not be written
   */
  public Report run(BiConsumer<Long, Long> progress) throws LogBusyException {
    dropStates();
    unfinished.clear();
    cache.invalidateAll();
    long total = log.lastSequence();
    Tally tally = new Tally();
    List<DerivedState> page = new ArrayList<>();
    long after = 0;
    while (after < total) {
      List<StreamId> inits = new ArrayList<>();
      long[] reached = {after};
      log.scan(
          after,
          event -> {
            reached[0] = event.sequence();
            if (event.event().kind() == LogEntry.Kind.INIT) {
              inits.add(event.event().stream());
            } else if (!log.contains(event.event().stream().init())) {
              tally.orphans++;
            }
            return inits.size() < BATCH;
          });
      for (StreamId stream : inits) {
        derive(stream, page, tally);
      }
      if (page.size() >= PAGE) {
        put(page);
      }
      after = Math.max(reached[0], after + 1);
      progress.accept(Math.min(after, total), total);
    }
    put(page);
    if (tally.left.isEmpty()) {
      unpublished.caughtUp();
    }
    tally.left.keySet().forEach(stream -> unpublished.owe(stream, List.of()));
    return new Report(
        tally.streams, tally.waiting, tally.invalid, tally.orphans, named(tally.left));
  }

  private static List<String> named(Map<StreamId, String> left) {
    return left.values().stream().limit(MOST_NAMED).toList();
  }

  /** What is put away was told. */
  private void put(List<DerivedState> page) throws LogBusyException {
    comparison.tell(page);
    page.forEach(checkpoints::changed);
    checkpoints.flushOrFail();
    page.clear();
  }

  private void derive(StreamId stream, List<DerivedState> page, Tally tally) {
    try {
      Optional<DerivedState> derived = derivation.fromTheBeginning(stream, Deadline.in(ONE_STREAM));
      derived.ifPresent(
          derivedState -> {
            page.add(derivedState);
            tally.streams++;
            tally.waiting += derivedState.missing().isPresent() ? 1 : 0;
            derivedState.missing().ifPresent(missing -> unfinished.waits(stream, missing));
          });
    } catch (InvalidEventException e) {
      tally.invalid++;
    } catch (DependencyMissingException e) {
      tally.waiting++;
      unfinished.waits(stream, e.missing());
    } catch (NoRoomException e) {
      leave(stream, e.getMessage(), tally);
    } catch (DeadlineExpiredException e) {
      leave(
          stream,
          "Stream " + stream + " takes longer than " + ONE_STREAM.toMinutes() + " minutes",
          tally);
    }
  }

  private static void leave(StreamId stream, String why, Tally tally) {
    LOG.warn("A stream was not derived: {}", why);
    tally.left.put(stream, why);
  }

  private void dropStates() throws LogBusyException {
    List<byte[]> keys;
    do {
      keys =
          store.read(
              snapshot -> {
                List<byte[]> some = new ArrayList<>();
                try (Cursor cursor = snapshot.range(NodeTables.STATES, null, null, false)) {
                  while (some.size() < BATCH && cursor.next()) {
                    some.add(cursor.key());
                  }
                }
                return some;
              });
      List<byte[]> batch = keys;
      store.write(
          target -> batch.forEach(key -> target.delete(NodeTables.STATES, key)),
          Durability.BUFFERED,
          Deadline.in(PATIENCE));
    } while (!keys.isEmpty());
  }
}
