package org.kiln.streams.derive;

import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.consensus.Consensus;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.streams.derive.StraightWalk.Step;

/** Plants trees, and gives them the events that the log has. Thread-safe. */
final class TreeSource {
  private static final long NOT_INSTALLED = -1;

  private final EventLog log;
  private final EventVerifier eventVerifier;
  private final Applier applier;
  private final Consensus consensus;
  private final TreeRoom room;
  private final long heldBytes;

  /**
   * Of a log.
   *
   * @param heldBytes of a stream's events that may be held until they are applied
   */
  TreeSource(
      EventLog log,
      EventVerifier eventVerifier,
      Applier applier,
      Consensus consensus,
      TreeRoom room,
      long heldBytes) {
    this.log = log;
    this.eventVerifier = eventVerifier;
    this.applier = applier;
    this.consensus = consensus;
    this.room = room;
    this.heldBytes = heldBytes;
  }

  /** A tree without events; to be closed. */
  GrownTree plant(StreamId stream, Deadline deadline) {
    return new GrownTree(
        stream,
        new EventTree(stream, applier, consensus, this::again, heldBytes),
        applier.revision(stream.type(), deadline).orElse(NOT_INSTALLED),
        room.place(stream));
  }

  /** Whether a tree was made by the code of its type that is installed now. */
  boolean isOfToday(GrownTree tree, Deadline deadline) {
    OptionalLong revision = applier.revision(tree.stream().type(), deadline);
    return revision.isPresent() && revision.getAsLong() == tree.revision();
  }

  /**
   * Adds all of the events that the log has more than the tree.
   *
   * @throws NoRoomException when they have no room in memory
   */
  void readAll(GrownTree tree, Deadline deadline) throws DependencyMissingException {
    while (!read(tree, deadline)) {
      tree.takeRoom();
    }
  }

  /**
   * Adds a stretch at most of the events that the log has more than the tree; answers whether these
   * were all.
   */
  boolean read(GrownTree tree, Deadline deadline) throws DependencyMissingException {
    int[] read = new int[1];
    DependencyMissingException[] noInit = new DependencyMissingException[1];
    log.scanStream(
        tree.stream(),
        tree.sequence(),
        event -> {
          deadline.throwIfExpired();
          read[0]++;
          try {
            VerifiedEvent verified = eventVerifier.stored(event, deadline);
            tree.add(new Step(event.sequence(), event.event().eventId(), verified), deadline);
          } catch (UnverifiedException e) {
            // Kept unchecked while its DID method was missing, and now found wrong: it stays out.
            tree.pass(event);
          } catch (DependencyMissingException e) {
            if (event.event().cid().equals(tree.stream().init())) {
              noInit[0] = e;
              return false;
            }
            tree.tree().leaveOut(e.missing());
            tree.pass(event);
          }
          return read[0] < StraightHistories.STRETCH;
        });
    if (noInit[0] != null) {
      throw noInit[0];
    }
    return read[0] < StraightHistories.STRETCH;
  }

  private VerifiedEvent again(Cid event, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    StoredEvent stored =
        log.event(event)
            .orElseThrow(() -> new IllegalStateException("Event " + event + " is not in the log"));
    try {
      return eventVerifier.stored(stored, deadline);
    } catch (UnverifiedException e) {
      throw new InvalidEventException(e.getMessage(), e);
    }
  }
}
