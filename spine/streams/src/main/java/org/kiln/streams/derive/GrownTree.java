package org.kiln.streams.derive;

import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.StoredEvent;
import org.kiln.streams.derive.StraightWalk.Step;
import org.kiln.streams.state.DerivedState;

/**
 * A tree, how far it has come in the log, and its place in the room that all trees share. For one
 * thread at a time, which gives the place back, or lets the tree {@linkplain RestingTrees rest}.
 */
final class GrownTree implements AutoCloseable {
  private final StreamId stream;
  private final EventTree tree;
  private final long revision;
  private final TreeRoom.Place place;
  private long sequence;
  private int stored;
  private Optional<EventId> order = Optional.empty();
  private boolean whole;

  /**
   * Without events.
   *
   * @param revision of the type's code
   */
  GrownTree(StreamId stream, EventTree tree, long revision, TreeRoom.Place place) {
    this.stream = stream;
    this.tree = tree;
    this.revision = revision;
    this.place = place;
  }

  StreamId stream() {
    return stream;
  }

  EventTree tree() {
    return tree;
  }

  long revision() {
    return revision;
  }

  TreeRoom.Place place() {
    return place;
  }

  /** Number of the newest event that was looked at. */
  long sequence() {
    return sequence;
  }

  /** How many events were looked at. */
  int stored() {
    return stored;
  }

  /** Whether it was whole when it was used last: all that the log had then was applied. */
  boolean isWhole() {
    return whole;
  }

  void whole(boolean now) {
    whole = now;
  }

  /** Adds an event. */
  void add(Step step, Deadline deadline) {
    tree.add(step.verified(), deadline);
    passed(step.sequence(), step.order());
  }

  /** An event stays out. */
  void pass(StoredEvent event) {
    passed(event.sequence(), event.event().eventId());
  }

  private void passed(long newest, Optional<EventId> key) {
    sequence = newest;
    stored++;
    if (order.isEmpty()) {
      order = key.map(id -> id.withEvent(stream.init()));
    }
  }

  /**
   * Takes the room for what it has grown to.
   *
   * @throws NoRoomException when there is none
   */
  void takeRoom() {
    place.grownTo(tree.weight(), stored);
  }

  DerivedState derivedState() {
    return DerivedState.of(
        tree.canonical(), sequence, stored, order, tree.missing(), tree.awaited());
  }

  /** Whether it has room when nobody else needs any. */
  boolean fits() {
    return place.fits();
  }

  @Override
  public void close() {
    place.close();
  }
}
