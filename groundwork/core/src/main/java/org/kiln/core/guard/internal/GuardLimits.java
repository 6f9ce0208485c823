package org.kiln.core.guard.internal;

/**
 * What one plugin may have.
 *
 * @param calls calls inside its code at a time, each on a thread
 * @param streams endless calls beside these: answers written as they come, streams of peers
 * @param waiting callers that may wait for a thread; one more is refused
 * @param overdue calls that may fail to come back before it is called no more
 * @param callMs milliseconds after which nobody waits for a call, whatever its own deadline says
 * @param leaveMs milliseconds calls have to end when the plugin is stopped
 */
record GuardLimits(int calls, int streams, int waiting, int overdue, long callMs, long leaveMs) {
  /** More than that of overdue calls are not described. */
  static final int STACKS = 4;

  GuardLimits(long callMs) {
    this(16, 64, 64, 4, callMs, 2_000);
  }
}
