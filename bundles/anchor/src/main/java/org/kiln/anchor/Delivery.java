package org.kiln.anchor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the time events of a batch to the stream service, many at once, so that they share the
 * log's commits. Handing over one that is there already changes nothing.
 */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** Written side by side: while one slice waits for the disk, the others are made. */
  private static final int SLICES = 3;

  private final int inFlight;
  private final AtomicLong written;

  Delivery(int inFlight, AtomicLong written) {
    this.inFlight = Math.max(SLICES, inFlight);
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
    Semaphore room = new Semaphore(SLICES);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int from = 0; from < leaves.size() && later.get() == null; from += inFlight / SLICES) {
        int begin = from;
        int end = Math.min(leaves.size(), from + inFlight / SLICES);
        room.acquireUninterruptibly();
        threads.execute(
            () -> {
              try {
                slice(leaves, begin, end, first, events, streams, deadline, later);
              } catch (RuntimeException e) {
                LOG.warn("Time events could not be delivered", e);
                later.compareAndSet(null, String.valueOf(e.getMessage()));
              } finally {
                room.release();
              }
            });
      }
    }
    if (later.get() != null) {
      LOG.info("Time events are delivered later: {}", later.get());
    }
    return later.get() == null;
  }

  private void slice(
      List<Leaf> leaves,
      int begin,
      int end,
      int first,
      TimeEvents events,
      StreamService streams,
      Deadline deadline,
      AtomicReference<String> later) {
    List<Leaf> own = new ArrayList<>(end - begin);
    List<StreamService.Received> received = new ArrayList<>(end - begin);
    for (int i = begin; i < end; i++) {
      Leaf leaf = leaves.get(i);
      if (leaf.own()) {
        own.add(leaf);
        received.add(
            new StreamService.Received(leaf.stream(), events.event(leaf.stream(), first + i)));
      }
    }
    List<Optional<StreamException>> refusals = streams.continueAll(received, deadline);
    for (int i = 0; i < refusals.size(); i++) {
      Optional<StreamException> refusal = refusals.get(i);
      if (refusal.isEmpty()) {
        written.incrementAndGet();
      } else if (refusal.get().reason() == StreamException.Reason.CONFLICT) {
        goneOn(own.get(i), streams, deadline, later);
      } else {
        refused(own.get(i), refusal.get(), later);
      }
    }
  }

  /**
   * The stream has gone on since its tip was sent: a time event on the older tip would win against
   * what came after it, which would be lost. Nobody knows that time event yet, so it is dropped and
   * the newer tip is anchored instead, which covers the older one.
   */
  private static void goneOn(
      Leaf leaf, StreamService streams, Deadline deadline, AtomicReference<String> later) {
    LOG.debug("Stream {} has gone on since {} was sent", leaf.stream(), leaf.tip());
    try {
      // Does nothing when the tip has a time event.
      streams.requestAnchor(leaf.stream(), deadline);
    } catch (StreamException e) {
      refused(leaf, e, later);
    }
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
