package org.kiln.api.stream;

/** An event that can never be applied here. The message is shown to the client that sent it. */
public final class InvalidEventException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a sentence that says what is wrong and where. */
  public InvalidEventException(String message) {
    super(message);
  }

  /** With a sentence that says what is wrong and where. */
  public InvalidEventException(String message, Throwable cause) {
    super(message, cause);
  }
}
