package org.kiln.streams.state;

import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LogTimes;

/**
 * A stream's state with how far it was derived, as it is kept in memory and put away in the store.
 *
 * @param state the state
 * @param signers who signed the events that no time event of the log covers
 * @param sequence number of the newest event of the stream that was looked at, canonical or not
 * @param stored how many events of the stream were looked at; more than the log's length when there
 *     are branches, or events that do not apply
 * @param order the init event's key in the Recon order, if the stream has one
 * @param missing what an event of the stream waits for; the state ends before it
 * @param awaited the data event that waits right after the tip: the state is only as far as it can
 *     be derived now. Only of what was checked already; what anybody may send does not count
 * @param earliestExpiry unix seconds of the earliest expiration among entries that no time event
 *     covers yet; {@link Long#MAX_VALUE} when none expires
 * @param weight estimated bytes in memory
 */
public record DerivedState(
    StreamState state,
    Signers signers,
    long sequence,
    int stored,
    Optional<EventId> order,
    Optional<Dependency> missing,
    Optional<Awaited> awaited,
    long earliestExpiry,
    int weight) {

  /**
   * An event that cannot be applied now.
   *
   * @param event its CID
   * @param missing what it waits for
   */
  public record Awaited(Cid event, Dependency missing) {}

  public static DerivedState of(
      Applied applied,
      long sequence,
      int stored,
      Optional<EventId> order,
      Optional<Dependency> missing) {
    return of(applied, sequence, stored, order, missing, Optional.empty());
  }

  public static DerivedState of(
      Applied applied,
      long sequence,
      int stored,
      Optional<EventId> order,
      Optional<Dependency> missing,
      Optional<Awaited> awaited) {
    StreamState state = applied.state();
    return new DerivedState(
        state,
        applied.signers(),
        sequence,
        stored,
        order,
        missing,
        awaited,
        earliestExpiry(state),
        StateWeight.of(state));
  }

  /** What further events are applied to. */
  public Applied applied() {
    return new Applied(state, signers);
  }

  /** Whether every known event of the stream is in the canonical log: no branch, nothing waits. */
  public boolean straight() {
    return stored == state.log().size();
  }

  /** The same with another anchor status. */
  DerivedState with(StreamState changed) {
    return changed == state
        ? this
        : new DerivedState(
            changed, signers, sequence, stored, order, missing, awaited, earliestExpiry, weight);
  }

  /** With one event more, which follows the tip. */
  public DerivedState followed(Applied next, long with) {
    return of(next, with, stored + 1, order, Optional.empty());
  }

  private static long earliestExpiry(StreamState state) {
    long earliest = Long.MAX_VALUE;
    for (int i = state.log().size() - 1; i >= 0; i--) {
      LogEntry entry = state.log().get(i);
      if (entry.kind() == LogEntry.Kind.TIME) {
        break;
      }
      earliest = Math.min(earliest, LogTimes.secondsOr(entry.expirationTime(), Long.MAX_VALUE));
    }
    return earliest;
  }
}
