package org.kiln.api.index;

import java.util.Objects;
import org.kiln.api.plugin.Retry;
import org.kiln.api.plugin.Retryable;

/** The index cannot do what was asked; the message is a sentence for the operator. Unchecked. */
public final class IndexException extends RuntimeException implements Retryable {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What an operator can do about it. */
  public enum Kind {
    /** It cannot be reached, is busy or took too long: it may work later. */
    UNAVAILABLE,
    /** No space left, or it may not be written; nothing was. */
    UNWRITABLE,
    /**
     * Something of a batch is not taken for what it is, and never will be; nothing was written. The
     * node finds out which documents it is, and writes the others.
     */
    REFUSED,
    /** It cannot be read, and must be made anew. */
    CORRUPT,
    /** It is of another network. */
    OTHER_NETWORK,
    /** A newer version has written it. */
    NEWER,
    /** Closed, or closing. */
    CLOSED
  }

  /** With a sentence for the operator. */
  public IndexException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
  }

  /** What an operator can do about it. */
  public Kind kind() {
    return kind;
  }

  /** The same again: later when it cannot be reached or has no space now, never for all others. */
  @Override
  public Retry retry() {
    return Retry.when(kind == Kind.UNAVAILABLE || kind == Kind.UNWRITABLE);
  }
}
