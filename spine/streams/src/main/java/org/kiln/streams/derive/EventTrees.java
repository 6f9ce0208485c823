package org.kiln.streams.derive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.consensus.Consensus;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.streams.derive.StraightWalk.Step;
import org.kiln.streams.state.Resident;

/**
 * The trees of streams whose events are not one straight history: those of late, bounded in bytes.
 * One that is not here any more is made anew from all events of its stream. Thread-safe.
 */
public final class EventTrees {
  private static final int MAX_BEGUN = 4;
  private static final long MIN_HELD_BYTES = 256 << 10;
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final EventLog log;
  private final Judge judge;
  private final Applier applier;
  private final Consensus consensus;
  private final Turns turns;
  private final long heldBytes;
  private final Cache<StreamId, Grown> trees;

  /** Trees that could not be made in time; the next who wants one of them goes on with it. */
  private final LastFew<StreamId, Grown> begun;

  private final TreeRoom room = TreeRoom.ofHeap();

  public EventTrees(
      EventLog log,
      Judge judge,
      Applier applier,
      Consensus consensus,
      Turns turns,
      long cacheBytes) {
    this.log = log;
    this.judge = judge;
    this.applier = applier;
    this.consensus = consensus;
    this.turns = turns;
    this.heldBytes = heldBytes(cacheBytes);
    this.begun = new LastFew<>(MAX_BEGUN, cacheBytes / 4, REMEMBERED, System::nanoTime);
    this.trees =
        Caffeine.newBuilder()
            .maximumWeight(cacheBytes / 4)
            .weigher((StreamId id, Grown grown) -> (int) Math.min(Integer.MAX_VALUE, grown.weight))
            .executor(Runnable::run)
            .build();
  }

  /** How much of a stream's events may be held until they are applied, by the room for states. */
  static long heldBytes(long cacheBytes) {
    return Math.max(MIN_HELD_BYTES, cacheBytes / 8);
  }

  /** A tree and how far it has come in the log; used by whoever holds its lock. */
  private static final class Grown {
    private final ReentrantLock lock = new ReentrantLock();
    private final StreamId stream;
    private final EventTree tree;
    private long sequence;
    private int stored;
    private Optional<EventId> order = Optional.empty();
    private boolean dropped;

    /** Of the type's code, when it was begun. */
    private final long revision;

    private volatile long weight;

    private Grown(StreamId stream, EventTree tree, long revision) {
      this.stream = stream;
      this.tree = tree;
      this.revision = revision;
    }

    private void passed(long newest, Optional<EventId> key) {
      sequence = newest;
      stored++;
      if (order.isEmpty()) {
        order = key.map(id -> id.withEvent(stream.init()));
      }
    }
  }

  /** The next time the stream is derived from all its events. */
  void forget(StreamId stream) {
    trees.invalidate(stream);
  }

  /**
   * The stream from all its events; empty when the log has none.
   *
   * @param read what was read of them already
   * @throws InvalidEventException when the events there are give no state
   * @throws DependencyMissingException when its init event cannot be judged now
   * @throws org.kiln.api.plugin.DeadlineExpiredException when the time is over; a long stream is
   *     gone on with when it is asked for again
   */
  Optional<Resident> fromTheBeginning(StreamId stream, List<Step> read, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    try (TreeRoom.Place place = room.place(stream)) {
      return fromTheBeginning(stream, read, place, deadline);
    }
  }

  private Optional<Resident> fromTheBeginning(
      StreamId stream, List<Step> read, TreeRoom.Place place, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    Grown grown = begunOrNew(stream, deadline);
    boolean resumed = grown.stored > 0;
    // What is gone on with is long already: nobody is to make another tree of it meanwhile.
    boolean mine = resumed && turns.take(stream);
    try {
      for (Step step : read) {
        if (step.sequence() > grown.sequence) {
          add(grown, step, deadline);
        }
      }
      while (!read(stream, grown, StraightHistories.STRETCH, deadline)) {
        place.grownTo(grown.tree.weight());
        if (!mine) {
          mine = turns.take(stream);
          if (!mine && turns.mayWait()) {
            turns.await(stream, deadline);
            Optional<Resident> others = continued(stream, deadline);
            if (others.isPresent()) {
              return others;
            }
          }
        }
      }
      if (grown.stored == 0) {
        return Optional.empty();
      }
      if (!grown.tree.grow(deadline)) {
        if (resumed) {
          return fromTheBeginning(stream, List.of(), place, deadline);
        }
        throw new DeadlineExpiredException(
            "What stream " + stream + " depends on has changed while it was derived");
      }
      Resident resident = resident(grown);
      if (!resident.straight() && resident.missing().isEmpty()) {
        keep(stream, grown);
      }
      return Optional.of(resident);
    } catch (DeadlineExpiredException e) {
      if (grown.tree.sound() && grown.stored > StraightHistories.STRETCH) {
        begun.put(stream, grown, grown.tree.weight());
      }
      throw e;
    } finally {
      if (mine) {
        turns.giveBack(stream);
      }
    }
  }

  private Grown begunOrNew(StreamId stream, Deadline deadline) {
    Grown left = begun.take(stream).orElse(null);
    OptionalLong revision = applier.revision(stream.type(), deadline);
    return left != null && revision.isPresent() && revision.getAsLong() == left.revision
        ? left
        : plant(stream, revision.orElse(-1));
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
      Grown trial = plant(stream, -1);
      read(stream, trial, Integer.MAX_VALUE, deadline);
      trial.tree.add(judged, deadline);
      trial.tree.grow(deadline);
      boolean tip = trial.tree.canonical().state().tip().equals(judged.event().event().cid());
      if (!tip && trial.tree.missing().isPresent()) {
        Dependency missing = trial.tree.missing().get();
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

  private Grown plant(StreamId stream, long revision) {
    return new Grown(
        stream, new EventTree(stream, applier, consensus, this::again, heldBytes), revision);
  }

  /** Adds what came in since; false when the tree is of no use any more. */
  private boolean catchUp(StreamId stream, Grown grown, Deadline deadline) {
    OptionalLong revision = applier.revision(stream.type(), deadline);
    if (revision.isEmpty()
        || revision.getAsLong() != grown.tree.canonical().state().typeRevision()) {
      return false;
    }
    try {
      long before = grown.sequence;
      read(stream, grown, Integer.MAX_VALUE, deadline);
      if (grown.sequence == before) {
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

  /**
   * Adds so many at most of the events that the log has more than the tree; answers whether these
   * were all.
   */
  private boolean read(StreamId stream, Grown grown, int most, Deadline deadline)
      throws DependencyMissingException {
    int[] read = new int[1];
    DependencyMissingException[] noInit = new DependencyMissingException[1];
    log.scanStream(
        stream,
        grown.sequence,
        event -> {
          deadline.throwIfExpired();
          read[0]++;
          try {
            Judged judged = judge.stored(event, deadline);
            add(grown, new Step(event.sequence(), event.event().eventId(), judged), deadline);
          } catch (UnverifiedException e) {
            // Kept unchecked while its DID method was missing, and now found wrong: it stays out.
            grown.passed(event.sequence(), event.event().eventId());
          } catch (DependencyMissingException e) {
            if (event.event().cid().equals(stream.init())) {
              noInit[0] = e;
              return false;
            }
            grown.tree.leaveOut(e.missing());
            grown.passed(event.sequence(), event.event().eventId());
          }
          return read[0] < most;
        });
    if (noInit[0] != null) {
      throw noInit[0];
    }
    return read[0] < most;
  }

  private static void add(Grown grown, Step step, Deadline deadline) {
    grown.tree.add(step.judged(), deadline);
    grown.passed(step.sequence(), step.order());
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
