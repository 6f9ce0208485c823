package org.kiln.api.stream;

import java.util.List;
import org.kiln.api.ipld.Block;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes streams for extensions, through the door that clients' writes take: what does not apply is
 * refused, and nothing of it is kept; what is answered is on the disk. Events come as their blocks,
 * the event's own block first: a DAG-JOSE envelope with its payload and, if it has one, its
 * capability; or an unsigned init event. Each block of at most 256 000 bytes must hash to its CID.
 * The node publishes it as a service. Thread-safe; calls block until the deadline. Not to be called
 * by what judges or derives an event (a stream type, a DID method), which holds a stream's turn.
 *
 * @see <a href="https://developers.ceramic.network/protocol/streams/event-log">Event log</a>
 */
@ProviderType
public interface StreamWriter {

  /**
   * Creates a stream, or finds it when it is there already. On a read-only node too, where it is
   * neither anchored nor told of.
   *
   * @param type the stream type's code
   * @param init the blocks of its init event
   * @return the stream's state afterwards
   * @throws WriteRefusedException with the reason it is refused
   */
  StreamState create(int type, List<Block> init, Options options) throws WriteRefusedException;

  /**
   * Applies an event. A data event must build on the stream's tip; one that is in the stream's log
   * already, the init event too, changes nothing and is answered as if it had just been written.
   *
   * @param event its blocks
   * @return the stream's state afterwards
   * @throws WriteRefusedException with the reason it is refused; CONFLICT when the stream has gone
   *     on: load it and build on its new tip
   */
  StreamState apply(StreamId stream, List<Block> event, Options options)
      throws WriteRefusedException;

  /** How to write. Immutable. */
  final class Options {
    private final Deadline deadline;
    private final boolean anchored;
    private final boolean published;
    private final boolean pinned;

    private Options(Deadline deadline, boolean anchored, boolean published, boolean pinned) {
      this.deadline = deadline;
      this.anchored = anchored;
      this.published = published;
      this.pinned = pinned;
    }

    /** As clients write by default: a time event is asked for, peers are told, a stream is kept. */
    public static Options until(Deadline deadline) {
      return new Options(deadline, true, true, true);
    }

    /** Whether a time event is asked for. */
    public Options anchored(boolean wanted) {
      return new Options(deadline, wanted, published, pinned);
    }

    /** Whether peers are told of the new tip. */
    public Options published(boolean wanted) {
      return new Options(deadline, anchored, wanted, pinned);
    }

    /** Whether a stream that is created, and its model, are pinned. */
    public Options pinned(boolean wanted) {
      return new Options(deadline, anchored, published, wanted);
    }

    /** When the call must come back. */
    public Deadline deadline() {
      return deadline;
    }

    /** Whether a time event is asked for. */
    public boolean anchored() {
      return anchored;
    }

    /** Whether peers are told of the new tip. */
    public boolean published() {
      return published;
    }

    /** Whether a stream that is created is pinned. */
    public boolean pinned() {
      return pinned;
    }
  }
}
