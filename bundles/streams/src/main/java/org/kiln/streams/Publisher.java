package org.kiln.streams;

import java.time.Duration;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;

/**
 * Makes changed states visible: in memory, in the store, to listeners and to streams that wait for
 * them. Thread-safe; one change of a stream at a time, in its lane.
 */
final class Publisher {
  /** What is derived in the background may be a long stream. */
  private static final Duration ANEW = Duration.ofMinutes(5);

  /** How long a stream's turn is waited for. */
  private static final Duration TURN = Duration.ofMinutes(1);

  private final StreamCache cache;
  private final Checkpoints checkpoints;
  private final Reader reader;
  private final Anchoring anchoring;
  private final Announcements announcements;
  private final Waiting waiting;
  private final Counters counters;
  private final Lanes lanes;

  Publisher(
      StreamCache cache,
      Checkpoints checkpoints,
      Reader reader,
      Anchoring anchoring,
      Announcements announcements,
      Waiting waiting,
      Counters counters,
      Lanes lanes) {
    this.cache = cache;
    this.checkpoints = checkpoints;
    this.reader = reader;
    this.anchoring = anchoring;
    this.announcements = announcements;
    this.waiting = waiting;
    this.counters = counters;
    this.lanes = lanes;
  }

  /** Makes a new state visible; the caller holds the stream's lane. */
  void show(Resident resident) {
    StreamId stream = resident.state().id();
    cache.publish(stream, resident);
    checkpoints.changed(resident);
    counters.countApplied();
    announcements.changed(resident.state());
    waiting.arrived(stream);
  }

  /** Derives a stream from the log and publishes what has changed; the caller holds its lane. */
  void refresh(StreamId stream, Deadline deadline) throws StreamException {
    Resident before = cache.get(stream);
    cache.invalidate(stream);
    Optional<Resident> derived;
    try {
      derived = reader.find(stream, deadline);
    } catch (StreamException e) {
      if (e.reason() == Reason.BUSY || e.reason() == Reason.STORAGE) {
        throw e;
      }
      // Kept, but it gives no state yet: the init event is missing or waits for something itself.
      return;
    }
    derived.ifPresent(resident -> tell(before, resident));
  }

  private void tell(Resident before, Resident resident) {
    if (before == null || before.sequence() != resident.sequence()) {
      // Though the state may be the same: it need not look at those events again.
      checkpoints.changed(resident);
    }
    if (before == null || !before.state().tip().equals(resident.state().tip())) {
      counters.countApplied();
      announcements.changed(resident.state());
      waiting.arrived(resident.state().id());
    }
  }

  /**
   * Something the stream waited for has come, or it took too long for who asked. Derives off the
   * lane, since that may ask chains and take long; in the lane only when somebody wrote meanwhile.
   */
  void deriveAnew(StreamId stream) {
    long epoch = cache.epoch(stream);
    try {
      Optional<Resident> derived = reader.derivedNow(stream, Deadline.in(ANEW));
      Deadline turn = Deadline.in(TURN);
      try (Lanes.Held lane = lanes.enter(stream, turn)) {
        if (cache.epoch(stream) != epoch) {
          refresh(stream, turn);
        } else if (derived.isPresent()) {
          Resident before = cache.get(stream);
          cache.publish(stream, derived.get());
          tell(before, derived.get());
        }
      }
    } catch (StreamException e) {
      cache.invalidate(stream);
    }
  }

  /**
   * Judges the stream's events by today's time where that can change anything: an event whose
   * capability has expired without a time event leaves the state, though never the log, so that a
   * time event from when it held brings it back.
   */
  void judgeAnew(StreamId stream, Deadline deadline) throws StreamException {
    Optional<Resident> known = reader.find(stream, deadline);
    if (known.isEmpty() || !reader.mayStandOtherwise(known.get())) {
      return;
    }
    try (Lanes.Held lane = lanes.enter(stream, deadline)) {
      Resident before = reader.resident(stream, deadline);
      Resident after = reader.derivedAnew(stream, deadline);
      if (!after.state().tip().equals(before.state().tip())) {
        show(after);
      }
    }
  }

  /** The anchor service knows something new of the stream's tip. */
  void anchorStatusChanged(StreamId stream) {
    Resident cached = cache.get(stream);
    if (cached == null) {
      return;
    }
    try (Lanes.Held lane = lanes.enter(stream, Deadline.in(TURN))) {
      Resident current = cache.get(stream);
      if (current != null) {
        showStatus(current);
      }
    } catch (StreamException e) {
      cache.invalidate(stream);
    }
  }

  /**
   * Asks for a time event on the tip, in the lane: what is just becoming the tip must not be
   * missed.
   *
   * @return the state with the status of the request
   */
  StreamState requestAnchor(StreamId stream, Deadline deadline) throws StreamException {
    try (Lanes.Held lane = lanes.enter(stream, deadline)) {
      Resident current = reader.resident(stream, deadline);
      anchoring.request(current.state(), deadline);
      return showStatus(current).state();
    }
  }

  /** Shows what the anchor service says of a tip; the caller holds the stream's lane. */
  private Resident showStatus(Resident current) {
    Resident changed = current.with(anchoring.status(current.state()));
    if (changed != current) {
      cache.publish(current.state().id(), changed);
      announcements.changed(changed.state());
    }
    return changed;
  }
}
