package org.kiln.api.stream;

import java.util.Objects;
import java.util.Optional;
import org.kiln.api.plugin.Retry;
import org.kiln.api.plugin.Retryable;

/** A write that was refused; nothing of it was kept. The message is for whoever wrote. */
public final class WriteRefusedException extends Exception implements Retryable {
  private static final long serialVersionUID = 1L;

  /** Why, in terms of what the writer can do. */
  public enum Reason {
    /** The event is wrong; sending it again cannot help. */
    INVALID,
    /** The event does not build on the stream's tip: the stream has gone on. */
    CONFLICT,
    /** There is no such stream here. */
    NOT_FOUND,
    /** Something it needs is not installed or not known here yet; {@link #missing()} names it. */
    UNAVAILABLE,
    /** Too much to do just now, or not done by the deadline. */
    BUSY,
    /** The node's disk is full or fails. */
    STORAGE,
    /** The operator lets nobody write to streams on this node. */
    READ_ONLY
  }

  private final Reason reason;
  private final transient Dependency missing;

  /** With a sentence for whoever wrote. */
  public WriteRefusedException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** With a sentence for whoever wrote, and what was missing; null for nothing. */
  public WriteRefusedException(Reason reason, String message, Dependency missing) {
    super(message);
    this.reason = Objects.requireNonNull(reason);
    this.missing = missing;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** What was missing, if it was for want of something. */
  public Optional<Dependency> missing() {
    return Optional.ofNullable(missing);
  }

  /** The same event again here: never where it is wrong, late or not wanted, later for the rest. */
  @Override
  public Retry retry() {
    return switch (reason) {
      case INVALID, CONFLICT, READ_ONLY -> Retry.NEVER;
      case NOT_FOUND, UNAVAILABLE, BUSY, STORAGE -> Retry.LATER;
    };
  }
}
