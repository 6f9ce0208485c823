package org.kiln.http.v0;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;

/**
 * How long a listener waits for a document that cannot be read for the moment. What a node has to
 * do says nothing of the document, so it is waited for longer than what is not installed. What was
 * waited for in vain is not waited for again soon: all documents of a type that is not installed
 * would cost as much as the first. For one thread.
 */
final class FeedPatience {
  /**
   * So waits in vain for one thing take no more than an eleventh of the time; and what is spared is
   * little, as all of it was waited for.
   */
  private static final int TIMES_SPARED = 10;

  private final Duration missing;
  private final Duration busy;
  private final LongSupplier nanoTime;

  /** Until when something is not waited for; a stream may be what its own document lacks. */
  private final Map<Dependency, Long> inVain = new HashMap<>();

  private boolean waiting;
  private long began;

  /**
   * Nothing is waited for yet.
   *
   * @param missing for what is not installed or not known, or fails
   * @param busy for a node that has too much to do
   */
  FeedPatience(Duration missing, Duration busy, LongSupplier nanoTime) {
    this.missing = missing;
    this.busy = busy;
    this.nanoTime = nanoTime;
  }

  /**
   * Whether to ask again for a document that was refused. The time runs from its first refusal: how
   * long it took to be asked for says nothing of it.
   */
  boolean lasts(StreamId stream, Exception refusal) {
    Duration patience = patience(refusal);
    long now = nanoTime.getAsLong();
    if (!waiting) {
      waiting = true;
      began = now;
    }
    Dependency cause = cause(stream, refusal);
    boolean over = now - began >= patience.toNanos();
    if (over && !patience.isZero()) {
      inVain.values().removeIf(until -> now - until >= 0);
      inVain.put(cause, now + TIMES_SPARED * patience.toNanos());
    }
    waiting = !over && !isSpared(cause, now);
    return waiting;
  }

  private boolean isSpared(Dependency cause, long now) {
    Long until = inVain.get(cause);
    return until != null && now - until < 0;
  }

  /** A document could be read: it, and its type, are worth waiting for again. */
  void read(StreamId stream) {
    waiting = false;
    if (!inVain.isEmpty()) {
      inVain.remove(Dependency.stream(stream));
      inVain.remove(Dependency.streamType(stream.type()));
    }
  }

  private static Dependency cause(StreamId stream, Exception refusal) {
    Optional<Dependency> missing =
        refusal instanceof StreamException known ? known.missing() : Optional.empty();
    return missing.orElseGet(() -> Dependency.stream(stream));
  }

  private Duration patience(Exception refusal) {
    return switch (refusal) {
      case StreamException known ->
          switch (known.reason()) {
            case BUSY, STORAGE -> busy;
            case UNAVAILABLE -> missing;
            case INVALID, CONFLICT, NOT_FOUND -> Duration.ZERO;
          };
      case AnswerRoom.FullException full -> full.forNow() ? busy : Duration.ZERO;
      default -> missing;
    };
  }
}
