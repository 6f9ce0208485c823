package org.kiln.core.sql;

import java.util.Objects;

/** A statement is not answered; the message says why, for who asked. */
public final class SqlRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why. */
  public enum Reason {
    /** The statement or a value is wrong. */
    INVALID,
    /** It is of a kind that is never answered, as one that writes. */
    FORBIDDEN,
    /** A limit of memory, time or number is reached. */
    LIMIT,
    /** Not now: the tables are behind, or go. */
    UNAVAILABLE
  }

  /** Says why. */
  public SqlRefusal(Reason reason, String message) {
    super(Objects.requireNonNull(message, "message"));
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
