package org.kiln.streams.derive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.consensus.Consensus;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.streams.derive.StraightWalk.Step;
import org.kiln.streams.state.DerivedState;

/**
 * The trees of streams whose events are not one straight history: those of late, bounded in bytes.
 * One that is not here any more is made anew from all events of its stream. Thread-safe.
 */
public final class EventTrees implements AutoCloseable {
  private static final long MIN_HELD_BYTES = 256 << 10;
  private static final int MAX_TOO_LARGE = 10_000;

  private final TreeSource source;
  private final Turns turns;
  private final RestingTrees resting;

  /** What this heap will never hold, and the words for it: it is not read again in vain. */
  private final Cache<StreamId, NoRoomException> tooLarge =
      Caffeine.newBuilder().maximumSize(MAX_TOO_LARGE).executor(Runnable::run).build();

  /**
   * None yet.
   *
   * @param room for these trees and for others
   * @param cacheBytes for states
   */
  public EventTrees(
      EventLog log,
      EventVerifier eventVerifier,
      Applier applier,
      Consensus consensus,
      Turns turns,
      TreeRoom room,
      long cacheBytes) {
    this.source =
        new TreeSource(log, eventVerifier, applier, consensus, room, heldBytes(cacheBytes));
    this.turns = turns;
    this.resting = new RestingTrees(cacheBytes / 4);
  }

  /** How much of a stream's events may be held until they are applied, by the room for states. */
  static long heldBytes(long cacheBytes) {
    return Math.max(MIN_HELD_BYTES, cacheBytes / 8);
  }

  /** Gives back the room of those that rest. */
  @Override
  public void close() {
    resting.clear();
  }

  /** The next time the stream is derived from all its events. */
  void forget(StreamId stream) {
    resting.takeWhole(stream).ifPresent(GrownTree::close);
  }

  /**
   * The stream from all its events; empty when the log has none.
   *
   * @param read what was read of them already
   * @throws InvalidEventException when the events there are give no state
   * @throws DependencyMissingException when its init event cannot be judged now
   * @throws NoRoomException when its tree has no room in memory
   * @throws DeadlineExpiredException when the time is over; a long stream is gone on with when it
   *     is asked for again
   */
  Optional<DerivedState> fromTheBeginning(StreamId stream, List<Step> read, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    refuseTooLarge(stream);
    try (Turns.Turn turn = turns.at(stream)) {
      return new Growth(stream, turn, deadline).run(read);
    } catch (NoRoomException e) {
      if (e.ever()) {
        tooLarge.put(stream, e);
      }
      throw e;
    }
  }

  private void refuseTooLarge(StreamId stream) {
    NoRoomException known = tooLarge.getIfPresent(stream);
    if (known != null) {
      throw new NoRoomException(known.getMessage(), true);
    }
  }

  /** One derivation, on one thread. Whoever has come a stretch far goes on only in its turn. */
  private final class Growth {
    private final StreamId stream;
    private final Turns.Turn turn;
    private final Deadline deadline;
    private final int wants = RemoteCalls.wanted();
    private GrownTree tree;

    /** Whether part of it was made before this call. */
    private boolean resumed;

    private Growth(StreamId stream, Turns.Turn turn, Deadline deadline) {
      this.stream = stream;
      this.turn = turn;
      this.deadline = deadline;
    }

    private Optional<DerivedState> run(List<Step> read)
        throws InvalidEventException, DependencyMissingException {
      tree = source.plant(stream, deadline);
      boolean left = false;
      try {
        // What was begun is long already: nobody is to make another tree of it meanwhile.
        if (resting.has(stream)) {
          takeTurn();
        }
        for (Step step : read) {
          if (step.sequence() > tree.sequence()) {
            tree.add(step, deadline);
          }
        }
        Optional<DerivedState> derivedState = grown();
        left = true;
        if (derivedState.isPresent() && isWorthKeeping(derivedState.get())) {
          keep(tree);
        } else {
          tree.close();
        }
        return derivedState;
      } finally {
        if (!left) {
          leave(tree, wants);
        }
      }
    }

    private Optional<DerivedState> grown()
        throws InvalidEventException, DependencyMissingException {
      while (true) {
        read();
        if (tree.stored() == 0) {
          return Optional.empty();
        }
        if (tree.tree().grow(deadline)) {
          return Optional.of(tree.derivedState());
        }
        if (!resumed) {
          throw new DeadlineExpiredException(
              "What stream " + stream + " depends on has changed while it was derived");
        }
        goOnWith(source.plant(stream, deadline));
        resumed = false;
      }
    }

    private void read() throws DependencyMissingException {
      while (!source.read(tree, deadline)) {
        if (!turn.isMine()) {
          takeTurn();
        }
        tree.takeRoom();
      }
    }

    private void takeTurn() {
      if (!turn.tryTake() && turn.mayWait()) {
        // A hundred who wait are not to take the room of the one who has the turn.
        goOnWith(source.plant(stream, deadline));
        turn.take(deadline);
      }
      if (turn.isMine()) {
        refuseTooLarge(stream);
        goOnWithFurther();
      }
    }

    /** Others may have had the turn before. */
    private void goOnWithFurther() {
      Optional<GrownTree> other = resting.take(stream);
      if (other.isEmpty()) {
        return;
      }
      if (other.get().sequence() > tree.sequence() && source.isOfToday(other.get(), deadline)) {
        goOnWith(other.get());
        resumed = true;
      } else {
        other.get().close();
      }
    }

    private void goOnWith(GrownTree another) {
      tree.close();
      tree = another;
    }

    /** A straight stream goes on without its tree; others may wait for that of a long one. */
    private boolean isWorthKeeping(DerivedState derivedState) {
      return derivedState.missing().isEmpty() && (!derivedState.straight() || turn.isMine());
    }
  }

  /** A tree with all that the log had. */
  private void keep(GrownTree tree) {
    try {
      tree.takeRoom();
      tree.whole(true);
      resting.put(tree);
    } catch (NoRoomException e) {
      // Its state was derived all the same.
      tree.close();
    }
  }

  /**
   * A tree that is not done: kept when it was long work, and nothing in it is only as far as can be
   * known under a lock.
   */
  private void leave(GrownTree tree, int wants) {
    if (tree.stored() > StraightHistories.STRETCH
        && tree.tree().sound()
        && tree.fits()
        && RemoteCalls.wanted() == wants) {
      tree.whole(false);
      resting.put(tree);
    } else {
      tree.close();
    }
  }

  /** The stream from its tree and what came in since; empty when there is no tree that helps. */
  Optional<DerivedState> continued(StreamId stream, Deadline deadline) {
    return ask(stream, tree -> Optional.of(tree.derivedState()), deadline);
  }

  /**
   * Whether an event on the tip would be the tip by the rules, all branches known here considered.
   *
   * @throws DependencyMissingException when that cannot be told now
   * @throws NoRoomException when the stream's tree has no room in memory
   */
  boolean wouldBeTip(DerivedState current, VerifiedEvent verified, Deadline deadline)
      throws DependencyMissingException {
    StreamId stream = current.state().id();
    Cid tip = current.state().tip();
    Optional<Boolean> known =
        ask(
            stream,
            grown ->
                grown.tree().canonical().state().tip().equals(tip)
                    ? grown.tree().wouldBeTip(verified, deadline)
                    : Optional.empty(),
            deadline);
    return known.isPresent() ? known.get() : tried(stream, verified, deadline);
  }

  private boolean tried(StreamId stream, VerifiedEvent verified, Deadline deadline)
      throws DependencyMissingException {
    refuseTooLarge(stream);
    try (GrownTree trial = source.plant(stream, deadline)) {
      source.readAll(trial, deadline);
      trial.tree().add(verified, deadline);
      trial.tree().grow(deadline);
      boolean tip = trial.tree().canonical().state().tip().equals(verified.event().event().cid());
      if (!tip && trial.tree().missing().isPresent()) {
        Dependency missing = trial.tree().missing().get();
        throw new DependencyMissingException(
            missing,
            "Events of stream " + stream + " cannot be applied now; they wait for " + missing);
      }
      return tip;
    } catch (InvalidEventException e) {
      return false;
    }
  }

  /**
   * Asks the tree with all that the log has; empty when there is none that helps. Waits for nobody:
   * applying may read other streams, and whoever waited here for another thread could wait in a
   * circle.
   */
  private <T> Optional<T> ask(
      StreamId stream, Function<GrownTree, Optional<T>> question, Deadline deadline) {
    if (!resting.has(stream)) {
      return Optional.empty();
    }
    // Those who come meanwhile do not find it, and shall not make a long one once more.
    try (Turns.Turn turn = turns.at(stream)) {
      turn.tryTake();
      Optional<GrownTree> whole = resting.takeWhole(stream);
      return whole.isEmpty() ? Optional.empty() : ask(whole.get(), question, deadline);
    }
  }

  private <T> Optional<T> ask(
      GrownTree tree, Function<GrownTree, Optional<T>> question, Deadline deadline) {
    int wants = RemoteCalls.wanted();
    boolean helps = false;
    boolean cut = true;
    try {
      helps = catchUp(tree, deadline);
      cut = false;
      return helps ? question.apply(tree) : Optional.empty();
    } finally {
      if (helps) {
        keep(tree);
      } else if (cut) {
        leave(tree, wants);
      } else {
        tree.close();
      }
    }
  }

  /** Adds what came in since; false when the tree is of no use any more. */
  private boolean catchUp(GrownTree tree, Deadline deadline) {
    if (!source.isOfToday(tree, deadline)) {
      return false;
    }
    try {
      long before = tree.sequence();
      source.readAll(tree, deadline);
      return tree.sequence() == before
          || tree.tree().grow(deadline) && tree.tree().missing().isEmpty();
    } catch (InvalidEventException | DependencyMissingException e) {
      return false;
    }
  }
}
