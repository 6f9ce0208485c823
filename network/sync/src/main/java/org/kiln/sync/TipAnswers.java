package org.kiln.sync;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions for tips: some at a time, so many a second, in turn for each payer, and none
 * that nobody waits for any more. Thread-safe.
 */
final class TipAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(TipAnswers.class);
  private static final int PER_SECOND = 50;
  private static final int AT_A_TIME = 4;
  private static final int PER_PAYER = 32;
  private static final int MAX_WAITING = 1_024;
  private static final long PAUSE_MS = 100;
  private static final Duration ANSWERING = Duration.ofSeconds(5);

  private record Asked(TipMessage.Query query, long at) {}

  private final StreamReads streams;
  private final Consumer<TipMessage> publish;
  private final Timer timer;
  private final Executor workers;
  private final FairQueue<Asked> waiting = new FairQueue<>(1, PER_PAYER, MAX_WAITING);
  private final Budget budget;
  private int running;
  private boolean paused;

  TipAnswers(StreamReads streams, Consumer<TipMessage> publish, Timer timer, Executor workers) {
    this.streams = streams;
    this.publish = publish;
    this.timer = timer;
    this.workers = workers;
    this.budget = new Budget(PER_SECOND, 2 * PER_SECOND, timer.now());
  }

  /**
   * Somebody asks for the tip of a stream that is here.
   *
   * @return false when too much that the same payer asks is waiting
   */
  boolean asked(TipMessage.Query query, Payer payer) {
    synchronized (this) {
      Asked asked = new Asked(query, timer.now());
      if (waiting.offer(payer, query.stream(), asked) == FairQueue.Offer.FULL) {
        return false;
      }
    }
    turn();
    return true;
  }

  private void turn() {
    for (Optional<Asked> next = next(); next.isPresent(); next = next()) {
      TipMessage.Query query = next.get().query;
      workers.execute(
          () -> {
            try {
              answer(query);
            } finally {
              over();
            }
          });
    }
  }

  private synchronized Optional<Asked> next() {
    long now = timer.now();
    waiting.drop(asked -> now - asked.at > ANSWERING.toMillis());
    if (paused || running == AT_A_TIME || waiting.size() == 0) {
      return Optional.empty();
    }
    if (!budget.take(now)) {
      paused = true;
      timer.after(PAUSE_MS, this::resume);
      return Optional.empty();
    }
    running++;
    return waiting.next(payer -> true, asked -> true);
  }

  private void resume() {
    synchronized (this) {
      paused = false;
    }
    turn();
  }

  private void over() {
    synchronized (this) {
      running--;
    }
    turn();
  }

  private void answer(TipMessage.Query query) {
    try {
      StreamState state =
          streams.load(
              new StreamRef(query.stream(), Optional.empty()),
              LoadOptions.local(Deadline.in(ANSWERING)));
      publish.accept(new TipMessage.Response(query.id(), Map.of(query.stream(), state.tip())));
    } catch (StreamException e) {
      LOG.debug("No answer about stream {}: {}", query.stream(), e.getMessage());
    }
  }
}
