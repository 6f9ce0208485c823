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

  /**
   * Opens the index without its rows, its place and what it owes, for an operator who has them made
   * anew, whatever state the one there is in: one that is damaged, or that a newer version has
   * written, is replaced where nobody else can have a use for it. Models stay, as far as they can
   * be read, with nothing filled.
   *
   * @throws IndexException whatever keeps it from being opened
   */
  default DocumentIndex openAnew(IndexSpec spec) throws IndexException {
    DocumentIndex index = open(spec);
    try {
      index.clear();
      return index;
    } catch (IndexException e) {
      index.close();
      throw e;
    }
  }
}
