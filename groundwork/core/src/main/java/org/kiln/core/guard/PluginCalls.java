package org.kiln.core.guard;

import java.util.List;

/**
 * How the calls of one plugin stand.
 *
 * @param running calls inside its code, those that are overdue included
 * @param waiting callers that wait for one of its threads
 * @param overdue calls that nobody waits for any more and that have not come back: each has a
 *     thread, which Java offers no way to end
 * @param cutOff whether it is called no more until some of these come back
 * @param stacks for some of the overdue calls, the thread's name and where it is
 */
public record PluginCalls(
    int running, int waiting, int overdue, boolean cutOff, List<String> stacks) {
  /** Copies the list. */
  public PluginCalls {
    stacks = List.copyOf(stacks);
  }
}
