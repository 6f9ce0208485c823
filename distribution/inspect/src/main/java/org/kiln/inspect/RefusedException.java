package org.kiln.inspect;

/** What was given cannot be read, or does not hold; the message says why. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a sentence that says what is wrong. */
  public RefusedException(String message) {
    super(message);
  }
}
