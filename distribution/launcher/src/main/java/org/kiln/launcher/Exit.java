package org.kiln.launcher;

/** What the process tells its parent. The numbers are part of the command's interface. */
final class Exit {
  /** Everything went as asked. */
  static final int OK = 0;

  /** Something failed that has no number of its own. */
  static final int FAILURE = 1;

  /** The settings, the command line or the port cannot be used. */
  static final int CONFIGURATION = 2;

  /** The data directory is in use, damaged or not writable. */
  static final int STORAGE = 3;

  /** A bundle of the node cannot be resolved. */
  static final int UNRESOLVED = 4;

  private Exit() {}
}
