package org.kiln.streams;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.consensus.Consensus;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;

/**
 * The trees of streams whose events are not one straight history: those of late, bounded in bytes.
 * One that is not here any more is made anew from all events of its stream. Thread-safe.
 */
final class EventTrees {
  private final EventLog log;
  private final Judge judge;
  private final Applier applier;
  private final Consensus consensus;
  private final Cache<StreamId, Grown> trees;

  EventTrees(EventLog log, Judge judge, Applier applier, Consensus consensus, long maxBytes) {
    this.log = log;
    this.judge = judge;
    this.applier = applier;
    this.consensus = consensus;
    this.trees =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((StreamId id, Grown grown) -> (int) Math.min(Integer.MAX_VALUE, grown.weight))
            .executor(Runnable::run)
            .build();
  }

  /** A tree and how far it has come in the log; used by whoever holds its lock. */
  private static final class Grown {
    private final ReentrantLock lock = new ReentrantLock();
    private final EventTree tree;
    private long sequence;
    private int stored;
    private Optional<EventId> order = Optional.empty();
    private boolean dropped;
    private volatile long weight;

    private Grown(EventTree tree) {
      this.tree = tree;
    }
  }

  /**
   * The stream from all its events; empty when the log has none.
   *
   * @throws InvalidEventException when the events there are give no state
   * @throws DependencyMissingException when its init event cannot be judged now
   */
  Optional<Resident> fromTheBeginning(StreamId stream, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    trees.invalidate(stream);
    Grown grown = plant(stream);
    read(stream, grown, deadline);
    if (grown.stored == 0) {
      return Optional.empty();
    }
    grown.tree.grow(deadline);
    Resident resident = resident(grown);
    if (!resident.straight() && resident.missing().isEmpty()) {
      keep(stream, grown);
    }
    return Optional.of(resident);
  }

  /** The stream from its tree and what came in since; empty when there is no tree that helps. */
  Optional<Resident> continued(StreamId stream, Deadline deadline) {
    return ask(stream, grown -> Optional.of(resident(grown)), deadline);
  }

  /**
   * Whether an event on the tip would be the tip by the rules, all branches known here considered.
   *
   * @throws DependencyMissingException when that cannot be told now
   */
  boolean wouldBeTip(Resident current, Judged judged, Deadline deadline)
      throws DependencyMissingException {
    StreamId stream = current.state().id();
    Cid tip = current.state().tip();
    Optional<Boolean> known =
        ask(
            stream,
            grown ->
                grown.tree.canonical().state().tip().equals(tip)
                    ? grown.tree.wouldBeTip(judged, deadline)
                    : Optional.empty(),
            deadline);
    return known.isPresent() ? known.get() : tried(stream, judged, deadline);
  }

  private boolean tried(StreamId stream, Judged judged, Deadline deadline)
      throws DependencyMissingException {
    try {
      Grown trial = plant(stream);
      read(stream, trial, deadline);
      trial.tree.add(judged, deadline);
      trial.tree.grow(deadline);
      boolean tip = trial.tree.canonical().state().tip().equals(judged.event().event().cid());
      if (!tip && trial.tree.missing().isPresent()) {
        String missing = trial.tree.missing().get();
        throw new DependencyMissingException(
            missing,
            "Events of stream " + stream + " cannot be applied now; they wait for " + missing);
      }
      return tip;
    } catch (InvalidEventException e) {
      return false;
    }
  }

  /** Asks the tree with all that the log has; empty when there is none that helps. */
  private <T> Optional<T> ask(
      StreamId stream, Function<Grown, Optional<T>> question, Deadline deadline) {
    Grown grown = trees.getIfPresent(stream);
    // Applying may read other streams: whoever waited here for another thread could wait in a
    // circle, and one that comes back here must not change what it is in the middle of.
    if (grown == null || grown.lock.isHeldByCurrentThread() || !grown.lock.tryLock()) {
      return Optional.empty();
    }
    boolean sound = false;
    try {
      sound = !grown.dropped && catchUp(stream, grown, deadline);
      return sound ? question.apply(grown) : Optional.empty();
    } finally {
      if (!sound) {
        grown.dropped = true;
        trees.asMap().remove(stream, grown);
      }
      grown.lock.unlock();
    }
  }

  private Grown plant(StreamId stream) {
    return new Grown(new EventTree(stream, applier, consensus, this::again));
  }

  /** Adds what came in since; false when the tree is of no use any more. */
  private boolean catchUp(StreamId stream, Grown grown, Deadline deadline) {
    OptionalLong revision = applier.revision(stream.type(), deadline);
    if (revision.isEmpty()
        || revision.getAsLong() != grown.tree.canonical().state().typeRevision()) {
      return false;
    }
    try {
      if (!read(stream, grown, deadline)) {
        return true;
      }
      if (!grown.tree.grow(deadline) || grown.tree.missing().isPresent()) {
        return false;
      }
    } catch (InvalidEventException | DependencyMissingException e) {
      return false;
    }
    keep(stream, grown);
    return true;
  }

  private void keep(StreamId stream, Grown grown) {
    grown.weight = grown.tree.weight();
    trees.put(stream, grown);
  }

  /** Adds the events that the log has more than the tree; answers whether there were any. */
  private boolean read(StreamId stream, Grown grown, Deadline deadline)
      throws DependencyMissingException {
    List<StoredEvent> newer = new ArrayList<>();
    log.scanStream(stream, grown.sequence, newer::add);
    for (StoredEvent event : newer) {
      try {
        grown.tree.add(judge.stored(event, deadline), deadline);
      } catch (UnverifiedException e) {
        // Kept unchecked while its DID method was missing, and now found wrong: it stays out.
      } catch (DependencyMissingException e) {
        if (event.event().cid().equals(stream.init())) {
          throw e;
        }
        grown.tree.leaveOut(e.missing());
      }
      grown.sequence = event.sequence();
      grown.stored++;
      grown.order =
          grown.order.or(() -> event.event().eventId().map(id -> id.withEvent(stream.init())));
    }
    return !newer.isEmpty();
  }

  private Judged again(Cid event, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    StoredEvent stored =
        log.event(event)
            .orElseThrow(() -> new IllegalStateException("Event " + event + " is not in the log"));
    try {
      return judge.stored(stored, deadline);
    } catch (UnverifiedException e) {
      throw new InvalidEventException(e.getMessage(), e);
    }
  }

  private static Resident resident(Grown grown) {
    return Resident.of(
        grown.tree.canonical(),
        grown.sequence,
        grown.stored,
        grown.order,
        grown.tree.missing(),
        grown.tree.awaited());
  }
}
