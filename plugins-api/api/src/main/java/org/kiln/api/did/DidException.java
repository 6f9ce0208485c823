package org.kiln.api.did;

/** A DID that cannot be resolved: it is wrong, or its method cannot reach what it needs now. */
public final class DidException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String error;
  private final boolean retryable;

  /**
   * With a W3C resolution error and a sentence.
   *
   * @param error {@code invalidDid}, {@code notFound}, {@code representationNotSupported}, …
   * @param message what is wrong
   * @param retryable whether it may work later
   */
  public DidException(String error, String message, boolean retryable) {
    super(message);
    this.error = error;
    this.retryable = retryable;
  }

  /** The W3C resolution error. */
  public String error() {
    return error;
  }

  /** Whether it may work later. */
  public boolean retryable() {
    return retryable;
  }
}
