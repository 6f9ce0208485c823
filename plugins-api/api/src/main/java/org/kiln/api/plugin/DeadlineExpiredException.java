package org.kiln.api.plugin;

/** A call ran out of the time it was allowed. The caller may try again. */
public final class DeadlineExpiredException extends RuntimeException implements Retryable {
  private static final long serialVersionUID = 1L;

  /** With a sentence that says what took too long. */
  public DeadlineExpiredException(String message) {
    super(message);
  }

  @Override
  public Retry retry() {
    return Retry.LATER;
  }
}
