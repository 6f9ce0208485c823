package org.kiln.streams.intake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.ipld.event.CheckedNodes;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.derive.Derivation;
import org.kiln.streams.derive.EventVerifier;
import org.kiln.streams.derive.NoRoomException;
import org.kiln.streams.derive.ProofTimes;
import org.kiln.streams.derive.VerifiedEvent;
import org.kiln.streams.publish.PublishedTips.Last;
import org.kiln.streams.publish.Publisher;
import org.kiln.streams.publish.StreamLocks;
import org.kiln.streams.publish.UnpublishedStreams;
import org.kiln.streams.read.Reader;
import org.kiln.streams.read.Refusals;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.StreamCache;

/**
 * The door for time events of this node's own, which nobody else knows yet. By the rules of the
 * network one on an older event wins against all that came after it, acknowledged or not. So one is
 * appended only when it is certain that it stands on the tip and becomes it: what cannot be known
 * now is said, and nothing is appended.
 */
public final class OwnTimeEvents {
  private final EventLog log;
  private final LogWriter writer;
  private final StreamCache cache;
  private final Derivation derivation;
  private final Reader reader;
  private final EventVerifier eventVerifier;
  private final Publisher publisher;
  private final UnpublishedStreams unpublished;
  private final StreamLocks locks;

  public OwnTimeEvents(
      EventLog log,
      LogWriter writer,
      StreamCache cache,
      Derivation derivation,
      Reader reader,
      EventVerifier eventVerifier,
      Publisher publisher,
      UnpublishedStreams unpublished,
      StreamLocks locks) {
    this.log = log;
    this.writer = writer;
    this.cache = cache;
    this.derivation = derivation;
    this.reader = reader;
    this.eventVerifier = eventVerifier;
    this.publisher = publisher;
    this.unpublished = unpublished;
    this.locks = locks;
  }

  /** One that holds by itself, found out without any lock. */
  private record Candidate(int index, StreamId stream, VerifiedEvent verified) {
    Cid cid() {
      return verified.event().event().cid();
    }
  }

  /**
   * One that may be appended.
   *
   * @param next the state with it, when that is at hand; else the stream is to be derived
   */
  private record Ready(
      Candidate candidate, NewEvent event, DerivedState before, Optional<Applied> next) {
    Admission admission() {
      DecodedEvent decoded = candidate.verified().event();
      return next.isPresent()
          ? LogWriter.moving(event, decoded, Origin.NODE, Kind.ANCHORED)
          : LogWriter.admission(event, decoded, Origin.NODE);
    }
  }

  /** See {@link org.kiln.core.stream.TimeEventWrites#continueAll}. */
  public List<Optional<StreamException>> take(List<StreamEvent> events, Deadline deadline) {
    List<Optional<StreamException>> refusals =
        new ArrayList<>(Collections.nCopies(events.size(), Optional.empty()));
    List<Candidate> candidates = new ArrayList<>(events.size());
    CheckedNodes checked = new CheckedNodes();
    for (int i = 0; i < events.size(); i++) {
      try {
        StreamEvent received = events.get(i);
        if (!log.contains(received.event().event().cid())) {
          candidates.add(candidate(i, received, checked, deadline));
        }
      } catch (StreamException e) {
        refusals.set(i, Optional.of(e));
      }
    }
    if (!candidates.isEmpty()) {
      try {
        append(candidates, refusals, deadline);
      } catch (StreamException e) {
        candidates.forEach(candidate -> refusals.set(candidate.index(), Optional.of(e)));
      }
    }
    return refusals;
  }

  private Candidate candidate(
      int index, StreamEvent received, CheckedNodes checked, Deadline deadline)
      throws StreamException {
    if (!(received.event().event() instanceof Event.Time)) {
      throw new StreamException(
          Reason.INVALID, "Event " + received.event().event().cid() + " is no time event");
    }
    // Derives the stream without the lock. Whether this stands on the tip is only asked under it:
    // the tip
    // may be in the log already and its writer still on the way to show it.
    DerivedState now = certain(received.stream(), deadline);
    VerifiedEvent verified;
    try {
      verified = eventVerifier.incoming(received.event(), false, checked, deadline);
    } catch (UnverifiedException e) {
      throw new StreamException(Reason.INVALID, e.getMessage());
    } catch (DependencyMissingException e) {
      throw Refusals.notYet(e.missing(), e.getMessage());
    }
    switch (verified.time().orElseThrow()) {
      case ProofTimes.Verdict.Anchored anchored -> {}
      case ProofTimes.Verdict.Refused refused ->
          throw new StreamException(Reason.INVALID, refused.reason());
      case ProofTimes.Verdict.NotYet notYet ->
          throw Refusals.notYet(notYet.missing(), notYet.reason());
    }
    gather(now, verified, deadline);
    return new Candidate(index, received.stream(), verified);
  }

  /** Nothing outside is asked under the lock: what it takes to know is found out before. */
  private void gather(DerivedState now, VerifiedEvent verified, Deadline deadline)
      throws StreamException {
    if (now.state().tip().equals(verified.event().event().previous().orElseThrow())
        && !derivation.leavesStanding(now, verified, deadline)) {
      wouldBeTip(now, verified, deadline);
    }
  }

  /** The stream as it is, not as far as it can be derived now. */
  private DerivedState certain(StreamId stream, Deadline deadline) throws StreamException {
    DerivedState derivedState;
    try {
      derivedState = reader.derivedState(stream, deadline);
    } catch (StreamException e) {
      // A stream of which an event waits for another stream is not unknown.
      throw e.missing().map(missing -> Refusals.notYet(missing, e.getMessage())).orElse(e);
    }
    Refusals.refuseUnfinished(derivedState);
    return derivedState;
  }

  private void append(
      List<Candidate> candidates, List<Optional<StreamException>> refusals, Deadline deadline)
      throws StreamException {
    try (StreamLocks.Held lock =
        locks.enterAll(candidates.stream().map(Candidate::stream).toList(), deadline)) {
      List<Ready> ready = new ArrayList<>(candidates.size());
      Set<StreamId> taken = new HashSet<>();
      for (Candidate candidate : candidates) {
        try {
          if (taken.contains(candidate.stream())) {
            throw new StreamException(
                Reason.BUSY,
                "Another time event of stream " + candidate.stream() + " is on its way");
          }
          ready.add(ready(candidate, deadline));
          taken.add(candidate.stream());
        } catch (StreamException e) {
          refusals.set(candidate.index(), Optional.of(e));
        }
      }
      if (ready.isEmpty()) {
        return;
      }
      show(ready, refusals, deadline);
    }
  }

  /** Appends them, tells what they do, and makes it visible. */
  private void show(List<Ready> ready, List<Optional<StreamException>> refusals, Deadline deadline)
      throws StreamException {
    List<StreamId> streams = ready.stream().map(one -> one.candidate().stream()).toList();
    List<Ready> derived = new ArrayList<>();
    List<Long> unsettled = new ArrayList<>();
    try (StreamCache.Moving moving = cache.moving(streams)) {
      List<Long> sequences =
          writer.append(ready.stream().map(Ready::admission).toList(), batch -> {}, deadline);
      for (int i = 0; i < ready.size(); i++) {
        Ready one = ready.get(i);
        if (one.next().isPresent()) {
          publisher.show(one.before().followed(one.next().get(), sequences.get(i)));
        } else {
          derived.add(one);
          unsettled.add(sequences.get(i));
        }
      }
    }
    for (int i = 0; i < derived.size(); i++) {
      Candidate candidate = derived.get(i).candidate();
      Publisher.Round round = publisher.round();
      try {
        Optional<Last> before = Optional.of(Last.of(derived.get(i).before()));
        if (round.refresh(candidate.stream(), before, Origin.NODE, deadline)) {
          round.settled(unsettled.get(i));
          round.tell();
        } else {
          unpublished.owe(candidate.stream(), List.of(unsettled.get(i)));
        }
      } catch (StreamException e) {
        refusals.set(candidate.index(), Optional.of(e));
        unpublished.owe(candidate.stream(), List.of(unsettled.get(i)));
      }
    }
  }

  /** Makes sure that it would be the tip; the caller holds the stream's lock. */
  private Ready ready(Candidate candidate, Deadline deadline) throws StreamException {
    VerifiedEvent verified = candidate.verified();
    DerivedState current = certain(candidate.stream(), deadline);
    if (!verified.event().event().previous().orElseThrow().equals(current.state().tip())) {
      throw Refusals.stale(current.state(), candidate.cid());
    }
    Optional<Applied> next = derivation.following(current, verified, deadline);
    if (next.isEmpty() && !wouldBeTip(current, verified, deadline)) {
      throw new StreamException(
          Reason.INVALID,
          "Events of stream "
              + candidate.stream()
              + " do not stand at the time that time event "
              + candidate.cid()
              + " proves for them");
    }
    NewEvent event = writer.event(candidate.stream(), verified.event(), current.order(), true);
    return new Ready(candidate, event, current, next);
  }

  private boolean wouldBeTip(DerivedState current, VerifiedEvent verified, Deadline deadline)
      throws StreamException {
    try {
      return derivation.wouldBeTip(current, verified, deadline);
    } catch (DependencyMissingException e) {
      throw Refusals.notYet(e.missing(), e.getMessage());
    } catch (NoRoomException e) {
      throw Refusals.noRoom(e);
    }
  }
}
