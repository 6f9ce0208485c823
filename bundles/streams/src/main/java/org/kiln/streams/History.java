package org.kiln.streams;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.consensus.ForkChoice;

/**
 * All known events of one stream as a tree, and the state their canonical branch gives. The result
 * depends on the set of events alone, not on the order they came in. For one thread.
 */
final class History {
  private final StreamId stream;
  private final Applier applier;
  private final ForkChoice forkChoice;
  private final Map<Cid, Judged> events = new HashMap<>();
  private final Map<Cid, List<Judged>> following = new HashMap<>();
  private Judged init;
  private Optional<String> unchecked = Optional.empty();

  History(StreamId stream, Applier applier, ForkChoice forkChoice) {
    this.stream = stream;
    this.applier = applier;
    this.forkChoice = forkChoice;
  }

  /**
   * What the events give.
   *
   * @param applied the state of the canonical branch
   * @param missing what an event that could belong to it waits for
   */
  record Outcome(Applied applied, Optional<String> missing) {}

  void add(Judged judged) {
    Event event = judged.event().event();
    if (events.putIfAbsent(event.cid(), judged) != null) {
      return;
    }
    if (event.previous().isEmpty()) {
      if (event.cid().equals(stream.init())) {
        init = judged;
      }
    } else {
      following.computeIfAbsent(event.previous().get(), prev -> new ArrayList<>(1)).add(judged);
    }
  }

  /** An event is known whose signature cannot be checked yet. */
  void leaveOut(String missing) {
    unchecked = Optional.of(missing);
  }

  /** What such an event waits for. */
  Optional<String> unchecked() {
    return unchecked;
  }

  /**
   * The canonical state.
   *
   * @throws InvalidEventException when there is no valid init event
   * @throws DependencyMissingException when the init event itself cannot be judged now
   */
  Outcome canonical(Deadline deadline) throws InvalidEventException, DependencyMissingException {
    if (init == null) {
      throw new InvalidEventException("The init event of stream " + stream + " is not known here");
    }
    Map<Cid, OptionalLong> covered = coveringTimes();
    Applied first = applier.init(stream, at(init, covered), deadline);
    return forked() ? choose(first, covered, deadline) : straight(first, covered, deadline);
  }

  private boolean forked() {
    return following.values().stream().anyMatch(next -> next.size() > 1);
  }

  /** One event after another: the usual case. */
  private Outcome straight(Applied first, Map<Cid, OptionalLong> covered, Deadline deadline) {
    Applied state = first;
    for (List<Judged> next = following.get(state.state().tip()); next != null; ) {
      try {
        state = applier.apply(state, at(next.get(0), covered), deadline);
      } catch (InvalidEventException e) {
        break;
      } catch (DependencyMissingException e) {
        return new Outcome(state, Optional.of(e.missing()));
      }
      next = following.get(state.state().tip());
    }
    return new Outcome(state, Optional.empty());
  }

  /**
   * Finds out which events of all branches are valid, lets the rules choose, and applies the
   * choice.
   */
  private Outcome choose(Applied first, Map<Cid, OptionalLong> covered, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    Set<Cid> valid = new HashSet<>();
    Optional<String> missing = Optional.empty();
    Deque<Applied> open = new ArrayDeque<>();
    open.push(first);
    while (!open.isEmpty()) {
      Applied state = open.pop();
      for (Judged next : following.getOrDefault(state.state().tip(), List.of())) {
        try {
          open.push(applier.apply(state, at(next, covered), deadline));
          valid.add(next.event().event().cid());
        } catch (InvalidEventException e) {
          // It and all that follows it stay out.
        } catch (DependencyMissingException e) {
          missing = Optional.of(e.missing());
        }
      }
    }
    Applied state = first;
    for (LogEntry entry :
        forkChoice.choose(stream.init(), cid -> contestants(following.get(cid), valid))) {
      state = applier.apply(state, at(events.get(entry.cid()), covered), deadline);
    }
    return new Outcome(state, missing);
  }

  private static List<LogEntry> contestants(List<Judged> next, Set<Cid> valid) {
    if (next == null) {
      return List.of();
    }
    List<LogEntry> entries = new ArrayList<>(next.size());
    for (Judged judged : next) {
      Event event = judged.event().event();
      if (valid.contains(event.cid())) {
        entries.add(
            new LogEntry(
                event.cid(),
                event instanceof Event.Time ? LogEntry.Kind.TIME : LogEntry.Kind.DATA,
                blockTime(judged),
                OptionalLong.empty()));
      }
    }
    return entries;
  }

  /**
   * For each event the earliest time event known to follow it. Any branch's time event proves that
   * the event existed by then, so the earliest of all branches counts, whichever becomes canonical.
   */
  private Map<Cid, OptionalLong> coveringTimes() {
    Map<Cid, OptionalLong> times = new HashMap<>();
    for (Judged judged : events.values()) {
      OptionalLong time = blockTime(judged);
      if (time.isEmpty()) {
        continue;
      }
      Optional<Cid> at = judged.event().event().previous();
      while (at.isPresent()) {
        OptionalLong known = times.get(at.get());
        Judged covered = events.get(at.get());
        if (covered == null || known != null && known.getAsLong() <= time.getAsLong()) {
          break;
        }
        times.put(at.get(), time);
        if (covered.event().event() instanceof Event.Time) {
          break;
        }
        at = covered.event().event().previous();
      }
    }
    return times;
  }

  private static OptionalLong blockTime(Judged judged) {
    return judged.time().isPresent()
            && judged.time().get() instanceof ProofTimes.Verdict.Anchored anchored
        ? OptionalLong.of(anchored.blockTime())
        : OptionalLong.empty();
  }

  private static Judged at(Judged judged, Map<Cid, OptionalLong> covered) {
    return new Judged(
        judged.event(),
        judged.signature(),
        covered.getOrDefault(judged.event().event().cid(), judged.anchoredAt()),
        judged.time(),
        judged.local());
  }
}
