package org.kiln.schema;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What this thread has taken from memory so far. */
final class Allocated {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocated() {}

  static long bytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
