package org.kiln.sync;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.stream.StreamService;
import org.kiln.sync.LogWalk.Outcome;
import org.kiln.sync.LogWalk.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks side by side, but not too many: those that somebody waits for, and those that follow what
 * was heard, which queue up and of which one author's never take more than its share. Thread-safe.
 */
final class Walks {
  private static final Logger LOG = LoggerFactory.getLogger(Walks.class);
  private static final int MAX_RUNNING = 32;
  private static final int MAX_BACKGROUND = 12;
  private static final int MAX_PER_AUTHOR = 6;
  private static final int MAX_QUEUED = 10_000;
  private static final int MAX_DEPTH = 4;
  private static final Duration BACKGROUND = Duration.ofSeconds(60);

  private record Key(StreamId stream, Cid tip) {}

  /** Hears how walks end. */
  interface Listener {
    /** A walk to a tip that an author named is over. */
    void ended(StreamId stream, Cid tip, PeerId author, Outcome outcome);
  }

  private final EventLog log;
  private final StreamService streams;
  private final Supplier<Optional<BlockFetcher>> fetcher;
  private final Executor workers;
  private final Listener listener;
  private final Map<Key, CompletableFuture<Result>> running = new HashMap<>();
  private final Map<StreamId, Integer> streamsUnderWay = new HashMap<>();
  private final Map<Key, PeerId> queued = new LinkedHashMap<>();
  private final Map<PeerId, Integer> byAuthor = new HashMap<>();
  private int background;
  private long dropped;

  Walks(
      EventLog log,
      StreamService streams,
      Supplier<Optional<BlockFetcher>> fetcher,
      Executor workers,
      Listener listener) {
    this.log = log;
    this.streams = streams;
    this.fetcher = fetcher;
    this.workers = workers;
    this.listener = listener;
  }

  /** Whether a walk of that stream is under way: its new states are not of our making. */
  synchronized boolean underWay(StreamId stream) {
    return streamsUnderWay.containsKey(stream);
  }

  synchronized int queued() {
    return queued.size();
  }

  synchronized int running() {
    return running.size();
  }

  synchronized long dropped() {
    return dropped;
  }

  /**
   * A walk for somebody who waits. When as many are under way as may be, it ends at once.
   *
   * @param author who named the tip; null for nobody
   */
  CompletableFuture<Result> now(StreamId stream, Cid tip, PeerId author, Deadline deadline) {
    return now(stream, tip, author, deadline, 0);
  }

  private CompletableFuture<Result> now(
      StreamId stream, Cid tip, PeerId author, Deadline deadline, int depth) {
    Key key = new Key(stream, tip);
    CompletableFuture<Result> fresh = new CompletableFuture<>();
    synchronized (this) {
      CompletableFuture<Result> same = running.get(key);
      if (same != null) {
        return same;
      }
      if (running.size() >= MAX_RUNNING) {
        dropped++;
        return CompletableFuture.completedFuture(Result.of(Outcome.UNREACHABLE));
      }
      running.put(key, fresh);
      streamsUnderWay.merge(stream, 1, Integer::sum);
    }
    workers.execute(() -> run(key, author, deadline, depth, fresh));
    return fresh;
  }

  private void run(
      Key key, PeerId author, Deadline deadline, int depth, CompletableFuture<Result> done) {
    Result result = Result.of(Outcome.UNREACHABLE);
    try {
      Optional<BlockFetcher> source = fetcher.get();
      if (source.isPresent()) {
        Set<PeerId> hints = author == null ? Set.of() : Set.of(author);
        result = new LogWalk(log, streams, source.get()).run(key.stream, key.tip, hints, deadline);
        LOG.debug("Tip {} of stream {}: {}", key.tip, key.stream, result);
      }
    } catch (RuntimeException e) {
      LOG.warn("Tip {} of stream {} could not be followed", key.tip, key.stream, e);
    } finally {
      synchronized (this) {
        running.remove(key);
        streamsUnderWay.computeIfPresent(key.stream, (id, count) -> count == 1 ? null : count - 1);
      }
    }
    if (author != null) {
      listener.ended(key.stream, key.tip, author, result.outcome());
    }
    follow(result, author, deadline, depth, done);
  }

  /** What the stream's first event names comes along: models, mostly. */
  private void follow(
      Result result, PeerId author, Deadline deadline, int depth, CompletableFuture<Result> done) {
    Set<CompletableFuture<Result>> others = new HashSet<>();
    if (depth < MAX_DEPTH) {
      for (StreamId reference : result.references()) {
        if (!log.contains(reference.init())) {
          others.add(now(reference, reference.init(), author, deadline, depth + 1));
        }
      }
    }
    CompletableFuture.allOf(others.toArray(CompletableFuture[]::new))
        .whenComplete((nothing, failure) -> done.complete(result));
  }

  /** Lets a walk wait for its turn; of too many the one that waits longest is given up. */
  void later(StreamId stream, Cid tip, PeerId author) {
    synchronized (this) {
      queued.put(new Key(stream, tip), author);
      if (queued.size() > MAX_QUEUED) {
        queued.remove(queued.keySet().iterator().next());
        dropped++;
      }
    }
    turn();
  }

  private void turn() {
    while (true) {
      Key key = null;
      PeerId author = null;
      synchronized (this) {
        if (background < MAX_BACKGROUND) {
          for (Map.Entry<Key, PeerId> entry : queued.entrySet()) {
            if (byAuthor.getOrDefault(entry.getValue(), 0) < MAX_PER_AUTHOR) {
              key = entry.getKey();
              author = entry.getValue();
              break;
            }
          }
        }
        if (key == null) {
          return;
        }
        queued.remove(key);
        background++;
        byAuthor.merge(author, 1, Integer::sum);
      }
      PeerId by = author;
      now(key.stream, key.tip, by, Deadline.in(BACKGROUND))
          .whenCompleteAsync((result, failure) -> over(by), workers);
    }
  }

  private void over(PeerId author) {
    synchronized (this) {
      background--;
      byAuthor.computeIfPresent(author, (id, count) -> count == 1 ? null : count - 1);
    }
    turn();
  }
}
