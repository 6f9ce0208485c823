package org.kiln.http.v0;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;

/**
 * The documents that listeners are sent. Few are derived at a time, however many listen, so that
 * those who go through all there is leave the node to others. Thread-safe.
 */
final class FeedDocuments {
  private static final int MOST_LOADS = 4;
  private static final Duration LONGEST_LOAD = Duration.ofSeconds(10);

  private final StreamReads streams;
  private final FeedTexts texts;

  /** Fair: nobody waits while others come and go. */
  private final Semaphore loads = new Semaphore(MOST_LOADS, true);

  FeedDocuments(StreamReads streams, FeedTexts texts) {
    this.streams = streams;
    this.texts = texts;
  }

  /** Something that shows that a connection is alive. */
  @FunctionalInterface
  interface Sign {
    /**
     * Gives it.
     *
     * @throws IOException when nobody is there any more
     */
    void give() throws IOException;
  }

  /**
   * A stream as it is now, as {@link FeedTexts} writes it.
   *
   * @param patience how long to wait for a turn before a sign is given, again and again
   * @throws StreamException when it cannot be had now
   * @throws AnswerRoom.FullException when there is no room for it
   * @throws IOException when the sign could not be given
   */
  byte[] text(StreamId stream, Duration patience, Sign sign)
      throws StreamException, IOException, InterruptedException {
    StreamRef ref = new StreamRef(stream, Optional.empty());
    Optional<StreamState> atHand =
        streams.atHand(ref, LoadOptions.local(Deadline.in(LONGEST_LOAD)));
    return texts.of(atHand.isPresent() ? atHand.get() : load(ref, patience, sign));
  }

  private StreamState load(StreamRef ref, Duration patience, Sign sign)
      throws StreamException, IOException, InterruptedException {
    while (!loads.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      sign.give();
    }
    try {
      return streams.load(ref, LoadOptions.local(Deadline.in(LONGEST_LOAD)));
    } finally {
      loads.release();
    }
  }
}
