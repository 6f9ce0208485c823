package org.kiln.launcher;

/** The command cannot go on; the message is a sentence for the user. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  RefusedException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }

  /** The settings or the command line are at fault. */
  static RefusedException configuration(String message) {
    return new RefusedException(Exit.CONFIGURATION, message);
  }

  /** The data directory is at fault. */
  static RefusedException storage(String message) {
    return new RefusedException(Exit.STORAGE, message);
  }
}
