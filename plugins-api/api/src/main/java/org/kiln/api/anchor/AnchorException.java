package org.kiln.api.anchor;

import java.util.Objects;
import org.kiln.api.plugin.Retry;
import org.kiln.api.plugin.Retryable;

/** A chain could not be asked or written to. */
public final class AnchorException extends Exception implements Retryable {
  private static final long serialVersionUID = 1L;

  private final transient Retry retry;

  /**
   * With a sentence for the operator.
   *
   * @param retry NEVER when trying again cannot help (for example: reverted, no funds)
   * @param cause may be null
   */
  public AnchorException(String message, Retry retry, Throwable cause) {
    super(message, cause);
    this.retry = Objects.requireNonNull(retry, "retry");
  }

  @Override
  public Retry retry() {
    return retry;
  }
}
