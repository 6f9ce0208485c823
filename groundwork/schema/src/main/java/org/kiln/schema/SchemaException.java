package org.kiln.schema;

/** A schema that cannot be used: malformed, refused by strict mode, or beyond the limits. */
public final class SchemaException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int MAX_LENGTH = 2_000;

  /** With a sentence that says what is wrong and where. */
  public SchemaException(String message) {
    super(message.length() <= MAX_LENGTH ? message : message.substring(0, MAX_LENGTH) + "…");
  }
}
