package org.kiln.api.stream;

import java.util.Objects;
import org.kiln.api.plugin.Retry;
import org.kiln.api.plugin.Retryable;

/**
 * An event that cannot be judged yet: something it needs is not known here. It may be tried again.
 */
public final class DependencyMissingException extends Exception implements Retryable {
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

  @Override
  public Retry retry() {
    return Retry.LATER;
  }
}
