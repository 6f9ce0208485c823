package org.kiln.sync;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.net.PubSub;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.sync.LogWalk.Outcome;
import org.kiln.sync.LogWalk.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks side by side: those that somebody waits for, of which there are not too many, nor of tips
 * that one payer has named, and those of the {@link Backlog}, which counts its own. Thread-safe.
 */
final class Walks {
  private static final Logger LOG = LoggerFactory.getLogger(Walks.class);
  private static final int MAX_AWAITED = 24;
  private static final int MAX_PER_PAYER = 8;
  private static final int MAX_DEPTH = 4;

  /**
   * What is to be followed.
   *
   * @param heard who named the tip; empty for nobody
   * @param awaited whether somebody waits for it
   * @param useless becomes true when it is not worth going on
   */
  record Request(
      StreamId stream,
      Cid tip,
      Optional<HeardTip> heard,
      boolean awaited,
      Patience patience,
      Deadline deadline,
      BooleanSupplier useless) {

    /** For somebody who waits. */
    static Request awaited(HeardTip heard, Patience patience, Deadline by) {
      return new Request(
          heard.stream(), heard.tip(), Optional.of(heard), true, patience, by, () -> false);
    }

    /** For somebody who waits, of a tip that nobody named. */
    static Request unnamed(StreamId stream, Cid tip, Deadline by) {
      return new Request(stream, tip, Optional.empty(), true, Patience.LONG, by, () -> false);
    }

    /** Of a tip that nobody waits for. */
    static Request unasked(HeardTip heard, Patience patience, BooleanSupplier useless) {
      return new Request(
          heard.stream(),
          heard.tip(),
          Optional.of(heard),
          false,
          patience,
          Deadline.in(patience.all()),
          useless);
    }

    private Request of(StreamId reference) {
      return new Request(reference, reference.init(), heard, awaited, patience, deadline, useless);
    }

    private Optional<Payer> payer() {
      return heard.map(HeardTip::payer);
    }

    /** What the stream must be of; what it refers to need not. */
    private Optional<StreamId> wanted() {
      return heard.filter(tip -> tip.stream().equals(stream)).flatMap(HeardTip::mustBeOf);
    }

    /** Who told of it: whose tip it is, not who handed that on. */
    private Origin origin() {
      return new Origin.Peer(
          heard.map(HeardTip::origin).map(PubSub.Origin::author).map(PeerId::toString).orElse(""));
    }

    private Set<PeerId> hints() {
      return heard.map(HeardTip::hints).orElse(Set.of());
    }
  }

  private record Key(StreamId stream, Cid tip) {}

  private record Running(Optional<Payer> payer, CompletableFuture<Result> end) {}

  private final EventLog log;
  private final StreamArrivals arrivals;
  private final Supplier<Optional<BlockFetcher>> fetcher;
  private final Executor workers;
  private final Map<Key, Running> running = new HashMap<>();
  private final Map<Payer, Integer> byPayer = new HashMap<>();
  private int awaited;
  private long dropped;

  Walks(
      EventLog log,
      StreamArrivals arrivals,
      Supplier<Optional<BlockFetcher>> fetcher,
      Executor workers) {
    this.log = log;
    this.arrivals = arrivals;
    this.fetcher = fetcher;
    this.workers = workers;
  }

  synchronized int running() {
    return running.size();
  }

  synchronized long dropped() {
    return dropped;
  }

  /** Begins a walk. When as many are awaited as may be, it ends at once. */
  CompletableFuture<Result> now(Request request) {
    return now(request, 0);
  }

  private CompletableFuture<Result> now(Request request, int depth) {
    Key key = new Key(request.stream, request.tip);
    CompletableFuture<Result> fresh = new CompletableFuture<>();
    synchronized (this) {
      Running same = running.get(key);
      if (same != null) {
        // Another's walk may be shorter of breath, or of a payer that wants it to fail.
        return same.payer.equals(request.payer())
            ? same.end
            : same.end.thenCompose(
                result ->
                    result.outcome() == Outcome.ARRIVED
                        ? CompletableFuture.completedFuture(result)
                        : now(request, depth));
      }
      if (request.awaited && !begin(request)) {
        dropped++;
        return CompletableFuture.completedFuture(Result.of(Outcome.PUT_OFF));
      }
      running.put(key, new Running(request.payer(), fresh));
    }
    workers.execute(() -> run(key, request, depth, fresh));
    return fresh;
  }

  private boolean begin(Request request) {
    int mine = request.payer().map(payer -> byPayer.getOrDefault(payer, 0)).orElse(0);
    if (awaited == MAX_AWAITED || mine == MAX_PER_PAYER) {
      return false;
    }
    awaited++;
    request.payer().ifPresent(payer -> byPayer.merge(payer, 1, Integer::sum));
    return true;
  }

  private void run(Key key, Request request, int depth, CompletableFuture<Result> done) {
    Result result = Result.of(Outcome.PUT_OFF);
    try {
      Optional<BlockFetcher> source = fetcher.get();
      if (source.isPresent()) {
        result =
            new LogWalk(
                    log,
                    arrivals,
                    source.get(),
                    request.wanted(),
                    request.patience,
                    request.useless)
                .run(
                    request.stream,
                    request.tip,
                    request.origin(),
                    request.hints(),
                    request.deadline);
        LOG.debug("Tip {} of stream {}: {}", request.tip, request.stream, result);
      }
    } catch (RuntimeException e) {
      LOG.warn("Tip {} of stream {} could not be followed", request.tip, request.stream, e);
    } finally {
      synchronized (this) {
        running.remove(key);
        if (request.awaited) {
          awaited--;
          request.payer().ifPresent(payer -> less(byPayer, payer));
        }
      }
    }
    follow(result, request, depth, done);
  }

  private static <K> void less(Map<K, Integer> counts, K key) {
    counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
  }

  /** What the stream's first event names comes along: models, mostly. */
  private void follow(Result result, Request request, int depth, CompletableFuture<Result> done) {
    Set<CompletableFuture<Result>> others = new HashSet<>();
    if (depth < MAX_DEPTH) {
      for (StreamId reference : result.references()) {
        if (!log.contains(reference.init())) {
          others.add(now(request.of(reference), depth + 1));
        }
      }
    }
    CompletableFuture.allOf(others.toArray(CompletableFuture[]::new))
        .whenComplete((nothing, failure) -> done.complete(result));
  }
}
