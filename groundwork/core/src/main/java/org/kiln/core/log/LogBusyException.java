package org.kiln.core.log;

/**
 * The writer's queue stayed full until the caller's deadline. Nothing was kept; try again later.
 */
public final class LogBusyException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a sentence for the client. */
  public LogBusyException(String message) {
    super(message, null, false, false);
  }
}
