package org.kiln.api.stream;

import java.util.Objects;

/**
 * An event that cannot be judged yet: something it needs is not known here. It may be tried again.
 */
public final class DependencyMissingException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Dependency missing;

  /**
   * Names what is missing.
   *
   * @param missing what the event needs
   * @param message a sentence for the client
   */
  public DependencyMissingException(Dependency missing, String message) {
    super(message);
    this.missing = Objects.requireNonNull(missing);
  }

  /** What is missing. */
  public Dependency missing() {
    return missing;
  }
}
