package org.kiln.api.store;

import org.kiln.api.plugin.Retry;
import org.kiln.api.plugin.Retryable;

/**
 * The store cannot do what was asked. Unchecked: callers far from the store can do nothing about
 * it.
 */
public final class StoreException extends RuntimeException implements Retryable {
  private static final long serialVersionUID = 1L;

  /** What an operator can do about it. */
  public enum Kind {
    /** Another process has the store open. */
    LOCKED,
    /** No space left; nothing was written. */
    FULL,
    /** The data cannot be read. */
    CORRUPT,
    /** Closed, or closing. */
    CLOSED,
    /** Anything else of the disk. */
    IO
  }

  private final Kind kind;

  /** With a sentence for the operator. */
  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What an operator can do about it. */
  public Kind kind() {
    return kind;
  }

  /** LATER where an operator can make room or end what is in the way. */
  @Override
  public Retry retry() {
    return Retry.when(kind == Kind.FULL || kind == Kind.LOCKED);
  }
}
