package org.kiln.api.did;

import java.time.Instant;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Resolves the DIDs of one method. Register it as a service with the property {@value
 * #METHOD_PROPERTY}. Called on the node's executors by many threads; may block until the deadline.
 * The node caches what it returns, with a bound.
 */
@ConsumerType
public interface DidMethod {
  /** Name of the service property that carries the method's name. */
  String METHOD_PROPERTY = "did.method";

  /** The method's name, for example {@code key}. */
  String method();

  /**
   * Resolves a DID URL; the fragment plays no part.
   *
   * @throws DidException when there is no such DID, or it cannot be reached now
   */
  DidDocument resolve(DidUrl did, ResolveOptions options) throws DidException;

  /**
   * How to resolve.
   *
   * @param at the moment the document must have been in force, empty for now
   * @param deadline when the call must come back
   */
  record ResolveOptions(Optional<Instant> at, Deadline deadline) {}
}
