package org.kiln.api.stream;

import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads streams for extensions that need one to do their work, for example a DID method whose
 * documents are streams. The node publishes it as a service. Reads what this node knows and never
 * writes; may be called while another stream is being worked on, and takes no turn in any stream's
 * queue. Thread-safe; calls block until the deadline.
 */
@ProviderType
public interface StreamReader {

  /**
   * The state of a stream: as it is now, or right after the named event.
   *
   * @throws DependencyMissingException when the stream or the event is unknown here, or cannot be
   *     derived now
   */
  StreamState load(StreamRef ref, Deadline deadline) throws DependencyMissingException;
}
