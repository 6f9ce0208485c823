package org.kiln.http.v0;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One multiquery under way. What is at hand is found by the one who writes the answer, as he needs
 * it. From the first query on that has to wait for something, loads run beside each other, on
 * threads of their own and on his; all that ask for points of one stream's history run as one. When
 * time is over, the reader has gone or the answer is long enough, what is not found yet is left
 * out, as a load that fails.
 */
final class Batch extends Pieces {
  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);
  private static final int WIDTH = 32;

  /** States that wait for the one who writes. */
  private static final int MOST_WAITING = 64;

  private static final long MAX_ANSWER_BYTES = 256L << 20;
  private static final long TURN_MS = 250;

  /** A state under its name; without a state a load has come to its end. */
  private record Found(String key, StreamState state) {
    static final Found NOTHING = new Found("", null);
  }

  private final QueryRunner runner;
  private final StateTexts texts;
  private final Executor threads;
  private final long timeoutNanos;
  private final long started = System.nanoTime();
  private final List<MultiQuery> single = new ArrayList<>();
  private final List<List<MultiQuery>> histories = new ArrayList<>();
  private final AtomicInteger nextSingle = new AtomicInteger();
  private final AtomicInteger nextHistory = new AtomicInteger();
  private final BlockingQueue<Found> found = new LinkedBlockingQueue<>();
  private final Semaphore places = new Semaphore(MOST_WAITING);
  private final Deque<Found> own = new ArrayDeque<>();
  private final Set<String> told = new HashSet<>();
  private Found current;
  private StatePiece piece;
  private boolean helped;
  private MultiQuery postponed;
  private int unfinished;
  private int piecesWritten;
  private long left;
  private volatile boolean flowing;
  private volatile long waitedForReader;
  private volatile boolean over;

  Batch(
      List<MultiQuery> queries,
      QueryRunner runner,
      StateTexts texts,
      AnswerRoom room,
      Executor threads,
      long timeoutMs) {
    super(room);
    this.runner = runner;
    this.texts = texts;
    this.threads = threads;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    sort(queries);
    this.unfinished = single.size() + histories.size();
  }

  /** A stream some of whose history is asked for is told as it is after that was looked for. */
  private void sort(List<MultiQuery> queries) {
    Map<StreamId, List<MultiQuery>> byStream = new LinkedHashMap<>();
    for (MultiQuery query : queries) {
      if (query.isPoint()) {
        byStream.computeIfAbsent(query.ref().stream(), stream -> new ArrayList<>()).add(query);
      }
    }
    for (MultiQuery query : queries) {
      if (!query.isPoint()) {
        byStream.getOrDefault(query.ref().stream(), single).add(query);
      }
    }
    histories.addAll(byStream.values());
  }

  /** Begins to load what is never at hand. */
  Batch start() {
    if (!histories.isEmpty()) {
      callHelp(single.size() + histories.size());
    }
    return this;
  }

  private void callHelp(int tasks) {
    helped = true;
    for (int i = 0; i < Math.min(WIDTH, tasks) && hasTasks(); i++) {
      threads.execute(this::help);
    }
  }

  private boolean hasTasks() {
    return nextHistory.get() < histories.size() || nextSingle.get() < single.size();
  }

  private void help() {
    while (!done()) {
      int history = nextHistory.getAndIncrement();
      if (history < histories.size()) {
        try {
          history(histories.get(history));
        } finally {
          found.add(Found.NOTHING);
        }
        continue;
      }
      int index = nextSingle.getAndIncrement();
      if (index >= single.size()) {
        return;
      }
      try {
        runner.run(single.get(index)).forEach(this::hand);
      } finally {
        found.add(Found.NOTHING);
      }
    }
  }

  private void history(List<MultiQuery> queries) {
    List<MultiQuery> points = queries.stream().filter(MultiQuery::isPoint).toList();
    runner.runAll(points, this::hand, this::wanted);
    for (MultiQuery query : queries) {
      if (!query.isPoint() && wanted()) {
        runner.run(query).forEach(this::hand);
      }
    }
  }

  private boolean wanted() {
    // A walk is asked between any two events: nobody waits for the whole of it.
    Thread.yield();
    return !done();
  }

  private boolean done() {
    return over || System.nanoTime() - started - waitedForReader > timeoutNanos;
  }

  /**
   * Hands a state to the one who writes; waits as long as too many wait for him. His reader's time
   * does not count, but there may be none: an answer that no client takes is never written.
   */
  private void hand(String key, StreamState state) {
    try {
      while (flowing ? !over : !done()) {
        if (places.tryAcquire(TURN_MS, TimeUnit.MILLISECONDS)) {
          found.add(new Found(key, state));
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  Step advance() {
    if (left != 0) {
      waitedForReader = waitedForReader + System.nanoTime() - left;
    }
    Step step = next();
    left = System.nanoTime();
    return step;
  }

  private Step next() {
    long begun = System.nanoTime();
    while (true) {
      Found one = own.isEmpty() ? taken(found.poll()) : own.poll();
      if (one == null && unfinished > 0 && !done()) {
        if (loadHere()) {
          continue;
        }
        if (postponed != null
            || System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(TURN_MS)) {
          return Step.WAITING;
        }
        one = await();
      }
      if (one == null) {
        if (unfinished == 0 || done()) {
          over = true;
          return Step.END;
        }
      } else if (one.state() == null) {
        unfinished--;
      } else if (told.add(one.key())) {
        current = one;
        piece = new StatePiece(one.state(), texts);
        return Step.PIECE;
      }
    }
  }

  /**
   * Does one of the loads here, which would else only wait for others; one that may take its time
   * only when no room is held. False when there is none to be done now.
   */
  private boolean loadHere() {
    MultiQuery query = postponed != null ? postponed : nextSingle();
    if (query == null) {
      return false;
    }
    Optional<StreamState> atHand = helped ? Optional.empty() : runner.atHand(query);
    if (atHand.isPresent()) {
      own.add(new Found(query.key(), atHand.get()));
    } else {
      if (!helped) {
        callHelp(single.size() - nextSingle.get());
      }
      if (holdsRoom()) {
        postponed = query;
        return false;
      }
      runner.run(query).forEach((key, state) -> own.add(new Found(key, state)));
    }
    postponed = null;
    unfinished--;
    return true;
  }

  /** One that nobody has begun; null when there is none. */
  private MultiQuery nextSingle() {
    int index = nextSingle.get() < single.size() ? nextSingle.getAndIncrement() : single.size();
    return index < single.size() ? single.get(index) : null;
  }

  private Found taken(Found one) {
    if (one != null && one.state() != null) {
      places.release();
    }
    return one;
  }

  private Found await() {
    try {
      return taken(found.poll(TURN_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      over = true;
      return null;
    }
  }

  @Override
  boolean isLong() {
    return piece.isLong();
  }

  @Override
  void write(JsonBytes out) {
    out.put(piecesWritten++ == 0 ? '{' : ',').quoted(current.key()).put(':');
    piece.write(out);
    if (out.written() > MAX_ANSWER_BYTES && !over) {
      LOG.info("A multiquery's answer is cut at {} bytes, its bound", out.written());
      over = true;
    }
  }

  @Override
  void end(JsonBytes out) {
    if (piecesWritten == 0) {
      out.put('{');
    }
    out.put('}');
  }

  @Override
  void beginsToFlow() {
    flowing = true;
  }

  @Override
  void close() {
    over = true;
  }
}
