package org.kiln.api.ipld;

/** Bytes or text that are not what they should be. The message says what and where. */
public final class CodecException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a sentence that says what is wrong and where. */
  public CodecException(String message) {
    super(message);
  }

  /** With a sentence that says what is wrong and where. */
  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
