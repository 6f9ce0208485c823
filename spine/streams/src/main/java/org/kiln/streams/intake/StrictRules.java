package org.kiln.streams.intake;

import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamState;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.derive.Applier;
import org.kiln.streams.derive.Derivation;
import org.kiln.streams.derive.EventVerifier;
import org.kiln.streams.derive.NoRoomException;
import org.kiln.streams.derive.VerifiedEvent;
import org.kiln.streams.publish.Counters;
import org.kiln.streams.read.Reader;
import org.kiln.streams.read.Refusals;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.DerivedState;

/**
 * What a strict write must be: authentic, on the tip, applicable, and the tip afterwards by the
 * rules of consensus. Whatever is refused is counted. Thread-safe.
 */
final class StrictRules {
  private final EventLog log;
  private final Derivation derivation;
  private final Reader reader;
  private final EventVerifier eventVerifier;
  private final Applier applier;
  private final Counters counters;

  StrictRules(
      EventLog log,
      Derivation derivation,
      Reader reader,
      EventVerifier eventVerifier,
      Applier applier,
      Counters counters) {
    this.log = log;
    this.derivation = derivation;
    this.reader = reader;
    this.eventVerifier = eventVerifier;
    this.applier = applier;
    this.counters = counters;
  }

  /**
   * An event that was checked without any lock.
   *
   * @param metadata the init event's header or the state's, which name the controller
   */
  VerifiedEvent eventVerifier(
      StreamId stream, Ipld.Map metadata, DecodedEvent event, Deadline deadline)
      throws StreamException {
    try {
      return eventVerifier.incoming(event, true, deadline);
    } catch (UnverifiedException e) {
      throw refused(
          Reason.INVALID,
          "Can not verify signature for commit "
              + event.event().cid()
              + " to stream "
              + stream
              + " which has controller DID "
              + new StreamMetadata(metadata).controller().orElse("none")
              + ": "
              + e.getMessage());
    } catch (DependencyMissingException e) {
      counters.countRefused();
      throw Refusals.missing(e);
    }
  }

  /** The state of a stream that begins with an event. */
  Applied begun(StreamId stream, VerifiedEvent verified, Deadline deadline) throws StreamException {
    return applyStrictly(() -> applier.init(stream, verified, deadline));
  }

  /** The state with an event that must be applied to the stream as it is. */
  Applied applied(DerivedState current, VerifiedEvent verified, Deadline deadline)
      throws StreamException {
    refuseUnlessWritable(current);
    refuseUnlessOnTip(current.state(), verified.event().event());
    Applied applied = applyStrictly(() -> applier.apply(current.applied(), verified, deadline));
    if (!current.straight()) {
      refuseUnlessChosen(current, verified, deadline);
    }
    return applied;
  }

  /** What a write builds on must be what a read gives, now and when what waits has come. */
  void refuseUnlessWritable(DerivedState derivedState) throws StreamException {
    try {
      Refusals.refuseUnfinished(derivedState);
      reader.refuseExpired(derivedState, derivedState.state());
    } catch (StreamException e) {
      counters.countRefused();
      throw e;
    }
  }

  /** A client builds on what it knows, and hears when that is not what is. */
  void refuseUnlessOnTip(StreamState state, Event event) throws StreamException {
    Cid prev = event.previous().orElseThrow();
    if (prev.equals(state.tip())) {
      return;
    }
    counters.countRefused();
    if (state.log().indexOf(prev) >= 0 || log.contains(prev)) {
      throw Refusals.stale(state, event.cid());
    }
    throw Refusals.unknownEvent(state.id(), prev);
  }

  /** With branches, the event must win on every node that knows the same events. */
  private void refuseUnlessChosen(DerivedState current, VerifiedEvent verified, Deadline deadline)
      throws StreamException {
    try {
      if (derivation.wouldBeTip(current, verified, deadline)) {
        return;
      }
    } catch (DependencyMissingException e) {
      counters.countRefused();
      throw Refusals.notYet(e.missing(), e.getMessage());
    } catch (NoRoomException e) {
      counters.countRefused();
      throw Refusals.noRoom(e);
    }
    counters.countRefused();
    throw Refusals.lost(current.state(), verified.event().event().cid());
  }

  private interface Application {
    Applied run() throws InvalidEventException, DependencyMissingException;
  }

  private Applied applyStrictly(Application application) throws StreamException {
    try {
      return application.run();
    } catch (InvalidEventException e) {
      throw refused(Reason.INVALID, e.getMessage());
    } catch (DependencyMissingException e) {
      counters.countRefused();
      throw Refusals.missing(e);
    }
  }

  /** Counts it. */
  StreamException refused(Reason reason, String message) {
    counters.countRefused();
    return new StreamException(reason, message);
  }
}
