package org.kiln.launch;

/** A task came to no end; its message is a sentence for the operator. */
public final class TaskFailedException extends Exception {
  private static final long serialVersionUID = 1;

  /** What the command's exit code tells. */
  public enum Kind {
    /** Files of the data directory cannot be used: exit code 3. */
    STORAGE,
    /** Anything else: exit code 1. */
    OTHER
  }

  /** A kind, which any copy has. */
  private final Kind kind;

  /** For that reason. */
  public TaskFailedException(Kind kind, String sentence, Throwable cause) {
    super(sentence, cause);
    this.kind = kind;
  }

  /** Whose fault it was. */
  public Kind kind() {
    return kind;
  }
}
