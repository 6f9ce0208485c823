package org.kiln.api.stream;

import java.time.Instant;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a stream type may ask of the node while it looks at one event. Valid during that call only.
 */
@ProviderType
public interface ApplyContext {

  /** The stream the event belongs to. */
  StreamId stream();

  /**
   * Demands that the event was signed by the controller, or by somebody the controller's capability
   * allows to write to this stream at the time the event is judged for.
   *
   * @param controller the DID that must stand behind the event
   * @param model the stream's model, for capabilities limited to one; empty when the type has none
   * @throws InvalidEventException when the event is unsigned, signed by another, or the capability
   *     does not allow it
   * @throws DependencyMissingException when the DID method is not installed
   */
  void requireController(String controller, Optional<StreamId> model)
      throws InvalidEventException, DependencyMissingException;

  /**
   * The current state of another stream, as this node knows it.
   *
   * @throws DependencyMissingException when the stream is unknown here or cannot be loaded now
   */
  StreamState load(StreamId stream) throws DependencyMissingException;

  /**
   * The state of another stream at one event.
   *
   * @throws DependencyMissingException when it is unknown here or cannot be loaded now
   */
  StreamState load(CommitId commit) throws DependencyMissingException;

  /**
   * The time of the time event that covers the event, when there is one already. For types that say
   * so in {@link StreamType#readsTime()}.
   */
  Optional<Instant> anchoredAt();

  /**
   * Whether the event comes from a client of this node and may be judged by rules that only hold at
   * creation, rather than from the log or from the network.
   */
  boolean local();

  /** When the call must come back. */
  Deadline deadline();
}
