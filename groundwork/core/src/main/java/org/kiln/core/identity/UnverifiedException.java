package org.kiln.core.identity;

/** A signature or capability that does not hold. The message is what clients know from js-did. */
public final class UnverifiedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With the sentence clients know. */
  public UnverifiedException(String message) {
    super(message, null, false, false);
  }
}
