package org.kiln.api.index;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A database that can hold an index. Register it as a service with the property {@value
 * #BACKEND_PROPERTY}; the node opens the one its settings name.
 */
@ConsumerType
public interface IndexBackend {
  /** Name of the service property that carries the backend's id. */
  String BACKEND_PROPERTY = "index.backend";

  /** The id used in the configuration, for example {@code sqlite}. */
  String id();

  /**
   * Opens the index, creating it when there is none, and brings an older schema forward.
   *
   * @throws IndexException OTHER_NETWORK, NEWER, or whatever keeps it from being opened
   */
  DocumentIndex open(IndexSpec spec) throws IndexException;
}
