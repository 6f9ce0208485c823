package org.kiln.anchor;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the time events of a batch to the stream service, many side by side, so that they share the
 * log's group commits. Handing over one that is there already changes nothing.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final int inFlight;
  private final AtomicLong written;

  Delivery(int inFlight, AtomicLong written) {
    this.inFlight = inFlight;
    this.written = written;
  }

  /**
   * Hands over the own leaves of one chunk.
   *
   * @param first index of the chunk's first leaf in the tree
   * @return false when some could not be taken now and the chunk must be delivered again
   */
  boolean deliver(
      List<Leaf> leaves, int first, TimeEvents events, StreamService streams, Deadline deadline) {
    AtomicReference<String> later = new AtomicReference<>();
    Semaphore room = new Semaphore(inFlight);
    Phaser all = new Phaser(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < leaves.size() && later.get() == null; i++) {
        Leaf leaf = leaves.get(i);
        if (!leaf.own()) {
          continue;
        }
        int index = first + i;
        room.acquireUninterruptibly();
        all.register();
        threads.execute(
            () -> {
              try {
                if (wanted(leaf, streams, deadline)) {
                  streams.receive(leaf.stream(), events.event(leaf.stream(), index), deadline);
                  written.incrementAndGet();
                }
              } catch (StreamException e) {
                refused(leaf, e, later);
              } catch (RuntimeException e) {
                LOG.warn("The time event for stream {} could not be delivered", leaf.stream(), e);
                later.compareAndSet(null, String.valueOf(e.getMessage()));
              } finally {
                room.release();
                all.arriveAndDeregister();
              }
            });
      }
      all.arriveAndAwaitAdvance();
    }
    if (later.get() != null) {
      LOG.info("Time events are delivered later: {}", later.get());
    }
    return later.get() == null;
  }

  /**
   * Whether the tip is still the stream's tip. If the stream has gone on meanwhile, a time event
   * for the older tip would win against what came after it, which would be lost; nobody knows that
   * time event yet, so it is dropped and the newer tip is anchored instead, which covers the older
   * one.
   */
  private static boolean wanted(Leaf leaf, StreamService streams, Deadline deadline)
      throws StreamException {
    StreamState state;
    try {
      state =
          streams.load(
              new StreamRef(leaf.stream(), Optional.empty()),
              StreamService.LoadOptions.local(deadline));
    } catch (StreamException e) {
      if (e.reason() == StreamException.Reason.UNAVAILABLE) {
        // It is kept until what is missing comes.
        return true;
      }
      throw e;
    }
    if (state.tip().equals(leaf.tip())) {
      return true;
    }
    if (state.log().tip().kind() != LogEntry.Kind.TIME) {
      LOG.debug("Stream {} has gone on since {} was sent", leaf.stream(), leaf.tip());
      streams.requestAnchor(leaf.stream(), deadline);
    }
    return false;
  }

  private static void refused(Leaf leaf, StreamException e, AtomicReference<String> later) {
    switch (e.reason()) {
      case BUSY, STORAGE, UNAVAILABLE -> later.compareAndSet(null, e.getMessage());
      case INVALID, CONFLICT, NOT_FOUND ->
          LOG.warn(
              "The time event for {} of stream {} was refused: {}",
              leaf.tip(),
              leaf.stream(),
              e.getMessage());
    }
  }
}
