package org.kiln.streams.read;

import org.kiln.api.ipld.Cid;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.streams.derive.NoRoomException;
import org.kiln.streams.state.DerivedState;

/** The sentences clients know, and the reasons behind them. */
public final class Refusals {
  private Refusals() {}

  public static StreamException stale(StreamState state, Cid rejected) {
    return new StreamException(
        Reason.CONFLICT,
        "Commit to stream "
            + state.id()
            + " rejected because it builds on stale state. Calling 'sync()' on the stream handle"
            + " will synchronize the stream state in the client with that on the Ceramic node. "
            + " Rejected commit CID: "
            + rejected
            + ". Current tip: "
            + state.tip());
  }

  public static StreamException lost(StreamState state, Cid rejected) {
    return new StreamException(
        Reason.CONFLICT,
        "Commit to stream "
            + state.id()
            + " rejected by conflict resolution. Rejected commit CID: "
            + rejected
            + ". Current tip: "
            + state.tip());
  }

  static StreamException unknown(StreamId stream) {
    return new StreamException(
        Reason.NOT_FOUND,
        "Stream " + stream + " is not known: block " + stream.init() + " not found locally");
  }

  public static StreamException unknownEvent(StreamId stream, Cid event) {
    return new StreamException(
        Reason.NOT_FOUND,
        "Event "
            + event
            + " of stream "
            + stream
            + " is not known: block "
            + event
            + " not found locally");
  }

  public static StreamException missing(DependencyMissingException e) {
    Reason reason =
        e.missing() instanceof Dependency.Stream ? Reason.NOT_FOUND : Reason.UNAVAILABLE;
    return new StreamException(reason, e.getMessage(), e.missing());
  }

  /** What cannot be known now, though it may be later. */
  public static StreamException notYet(Dependency missing, String message) {
    return new StreamException(Reason.UNAVAILABLE, message, missing);
  }

  /**
   * Refuses what would stand beside an event that is in the log and waits: both would follow the
   * tip, and one of them would be lost when the other can be applied.
   */
  public static void refuseUnfinished(DerivedState derivedState) throws StreamException {
    if (derivedState.awaited().isPresent()) {
      DerivedState.Awaited awaited = derivedState.awaited().get();
      throw notYet(
          awaited.missing(),
          "Event "
              + awaited.event()
              + ", which follows the tip of stream "
              + derivedState.state().id()
              + ", cannot be applied now; it waits for "
              + awaited.missing());
    }
  }

  static StreamException expired(StreamState state, Cid event, long expiration) {
    return new StreamException(
        Reason.INVALID,
        "CACAO expired: Commit "
            + event
            + " of Stream "
            + state.id()
            + " has a CACAO that expired at "
            + expiration
            + ". Loading the stream with 'sync: SyncOptions.ALWAYS_SYNC' will restore the stream to"
            + " a usable state, by discarding the invalid commits (this means losing the data from"
            + " those invalid writes!)");
  }

  /** Never seen by clients but when a stream changes all the time. */
  public static StreamException notInLane(StreamId stream) {
    return notYet(
        Dependency.stream(stream),
        "Stream " + stream + " cannot be derived while it is written; try again");
  }

  static StreamException takesLonger(StreamId stream) {
    return new StreamException(
        Reason.BUSY,
        "Deriving stream "
            + stream
            + " takes longer than this call may; it goes on in the background, ask again later");
  }

  public static StreamException noRoom(NoRoomException e) {
    return new StreamException(Reason.BUSY, e.getMessage());
  }

  public static StreamException busy(LogBusyException e) {
    return new StreamException(Reason.BUSY, e.getMessage());
  }

  public static StreamException storage(StoreException e) {
    return new StreamException(Reason.STORAGE, "The event was not kept: " + e.getMessage());
  }
}
