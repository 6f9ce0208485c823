package org.kiln.core.guard.internal;

import java.util.concurrent.Callable;

/**
 * What a plugin's call asks of the node, answered on the thread that waits for the call: locks of
 * the node belong to threads, and once nobody waits any more there is nobody left to ask.
 */
interface CallerThread {
  /**
   * Asks.
   *
   * @throws org.kiln.api.plugin.DeadlineExpiredException when the call's time is over
   * @throws Exception what the question throws
   */
  <T> T ask(Callable<T> question) throws Exception;
}
