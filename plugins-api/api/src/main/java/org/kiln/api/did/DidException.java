package org.kiln.api.did;

import java.util.Objects;
import org.kiln.api.plugin.Retry;
import org.kiln.api.plugin.Retryable;

/** A DID that cannot be resolved: it is wrong, or its method cannot reach what it needs now. */
public final class DidException extends Exception implements Retryable {
  private static final long serialVersionUID = 1L;

  private final String error;
  private final transient Retry retry;

  /**
   * With a W3C resolution error and a sentence.
   *
   * @param error {@code invalidDid}, {@code notFound}, {@code representationNotSupported}, …
   * @param message what is wrong
   * @param retry whether it may work later, and when
   */
  public DidException(String error, String message, Retry retry) {
    super(message);
    this.error = error;
    this.retry = Objects.requireNonNull(retry, "retry");
  }

  /** The W3C resolution error. */
  public String error() {
    return error;
  }

  @Override
  public Retry retry() {
    return retry;
  }
}
