package org.kiln.tables;

/** Nothing is wrong with what was read, but the node cannot do it now: the feed gives it again. */
final class NotNowException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  NotNowException(String why, Throwable cause) {
    super(why, cause);
  }
}
