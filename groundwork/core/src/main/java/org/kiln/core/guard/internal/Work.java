package org.kiln.core.guard.internal;

/**
 * Code of a plugin, to run on one of its threads.
 *
 * @param <T> what it gives
 * @param <A> one of the exceptions its interface allows
 * @param <B> the other
 */
@FunctionalInterface
interface Work<T, A extends Exception, B extends Exception> {
  /**
   * Runs it.
   *
   * @param caller what the plugin asks of the node meanwhile is asked through this
   */
  T run(CallerThread caller) throws A, B;
}
