package org.kiln.anchor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.node.Durations;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
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
  private final Durations took;
  private final InstantSource clock;

  /**
   * Hands over for everybody.
   *
   * @param inFlight time events under way at once
   * @param written counts those that are written
   * @param took how long it was from their requests until then
   */
  Delivery(int inFlight, AtomicLong written, Durations took, InstantSource clock) {
    this.inFlight = Math.max(SLICES, inFlight);
    this.written = written;
    this.took = took;
    this.clock = clock;
  }

  /** The time events of a part of what is handed over, made when it is their turn. */
  @FunctionalInterface
  private interface Source {
    List<Stamped> part(int begin, int end);
  }

  /**
   * Hands over the own leaves of one chunk.
   *
   * @param first index of the chunk's first leaf in the tree
   */
  Handover deliver(
      List<Leaf> leaves, int first, TimeEvents events, AnchoredStreams streams, Deadline deadline) {
    Source source =
        (begin, end) -> {
          List<Stamped> part = new ArrayList<>(end - begin);
          for (int i = begin; i < end; i++) {
            Leaf leaf = leaves.get(i);
            if (leaf.own()) {
              part.add(new Stamped(leaf, events.event(leaf.stream(), first + i)));
            }
          }
          return part;
        };
    return handOver(source, leaves.size(), streams, deadline);
  }

  /** Hands over time events that were not taken before. */
  Handover again(List<Stamped> held, AnchoredStreams streams, Deadline deadline) {
    return handOver(held::subList, held.size(), streams, deadline);
  }

  private Handover handOver(Source source, int size, AnchoredStreams streams, Deadline deadline) {
    Round round = new Round(streams, deadline);
    Semaphore room = new Semaphore(SLICES);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int from = 0; from < size && round.later.get() == null; from += inFlight / SLICES) {
        int begin = from;
        int end = Math.min(size, from + inFlight / SLICES);
        room.acquireUninterruptibly();
        threads.execute(
            () -> {
              try {
                round.slice(source.part(begin, end));
              } catch (RuntimeException e) {
                LOG.warn("Time events could not be delivered", e);
                round.later.compareAndSet(null, String.valueOf(e.getMessage()));
              } finally {
                room.release();
              }
            });
      }
    }
    Optional<String> later = Optional.ofNullable(round.later.get());
    later.ifPresent(reason -> LOG.info("Time events are delivered later: {}", reason));
    return new Handover(List.copyOf(round.held), List.copyOf(round.failed), later);
  }

  /** One handing over, with what comes of it; slices of it run side by side. */
  private final class Round {
    private final AnchoredStreams streams;
    private final Deadline deadline;
    private final Queue<Handover.NotTaken> held = new ConcurrentLinkedQueue<>();
    private final Queue<Handover.NotTaken> failed = new ConcurrentLinkedQueue<>();
    private final AtomicReference<String> later = new AtomicReference<>();

    private Round(AnchoredStreams streams, Deadline deadline) {
      this.streams = streams;
      this.deadline = deadline;
    }

    private void slice(List<Stamped> own) {
      List<StreamEvent> received =
          own.stream().map(one -> new StreamEvent(one.leaf().stream(), one.event())).toList();
      List<Optional<StreamException>> refusals = streams.writes().continueAll(received, deadline);
      for (int i = 0; i < refusals.size(); i++) {
        Optional<StreamException> refusal = refusals.get(i);
        if (refusal.isEmpty()) {
          written.incrementAndGet();
          // A clock that was set back must not make a sum fall.
          took.add(
              Duration.ofMillis(Math.max(0, clock.millis() - own.get(i).leaf().requestedAt())));
        } else if (refusal.get().reason() == StreamException.Reason.CONFLICT) {
          goneOn(own.get(i));
        } else {
          refused(own.get(i), refusal.get());
        }
      }
    }

    /**
     * The stream has gone on since its tip was sent: a time event on the older tip would win
     * against what came after it, which would be lost. Nobody knows that time event yet, so it is
     * dropped and the newer tip is anchored instead, which covers the older one.
     */
    private void goneOn(Stamped stamped) {
      Leaf leaf = stamped.leaf();
      LOG.debug("Stream {} has gone on since {} was sent", leaf.stream(), leaf.tip());
      try {
        // Does nothing when the tip has a time event, or a request of its own.
        streams.anchors().requestAnchor(leaf.stream(), deadline);
      } catch (StreamException e) {
        refused(stamped, e);
      }
    }

    private void refused(Stamped stamped, StreamException e) {
      switch (e.reason()) {
        case BUSY, STORAGE -> later.compareAndSet(null, e.getMessage());
        case UNAVAILABLE -> held.add(new Handover.NotTaken(stamped, e.getMessage()));
        case INVALID, CONFLICT, NOT_FOUND -> {
          failed.add(new Handover.NotTaken(stamped, e.getMessage()));
          LOG.warn(
              "The time event for {} of stream {} was refused: {}",
              stamped.leaf().tip(),
              stamped.leaf().stream(),
              e.getMessage());
        }
      }
    }
  }
}
