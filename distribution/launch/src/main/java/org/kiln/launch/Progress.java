package org.kiln.launch;

/** Hears how far a task is, on the thread that does it. */
@FunctionalInterface
public interface Progress {
  /** In the place of a total that is not known. */
  long UNKNOWN = -1;

  /**
   * Called now and then.
   *
   * @param done how many were done, never less than before
   * @param total of how many, or {@link #UNKNOWN}
   */
  void reached(long done, long total);
}
