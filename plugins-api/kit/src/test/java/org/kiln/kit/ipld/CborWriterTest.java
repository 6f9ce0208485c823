package org.kiln.kit.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;

class CborWriterTest {
  private static final int MANY = 64;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** As each request is: on a thread that has written nothing yet. */
  @Test
  void shouldUseTheBuffersOfOthersOnANewThread() throws Exception {
    assumeTrue(
        threads.isThreadAllocatedMemoryEnabled(), "This JVM does not count what it allocates");
    long least = Long.MAX_VALUE;
    for (int i = 0; i < MANY; i++) {
      least = Math.min(least, allocatedOnANewThread());
    }
    assertThat(least).isLessThan(8_000);
  }

  @Test
  void shouldWriteOnAfterAValueThatCannotBeWritten() {
    Ipld deep = Ipld.of(1);
    for (int i = 0; i < DagCbor.MAX_DEPTH + 1; i++) {
      deep = Ipld.list(deep);
    }
    Ipld tooDeep = deep;
    for (int i = 0; i < MANY; i++) {
      assertThatThrownBy(() -> CborWriter.write(tooDeep))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(CborWriter.write(Ipld.of(1))).containsExactly(1);
    }
  }

  private long allocatedOnANewThread() throws Exception {
    Ipld value = Ipld.map("a", Ipld.of(1));
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      return one.submit(
              () -> {
                long before = threads.getCurrentThreadAllocatedBytes();
                CborWriter.write(value);
                return threads.getCurrentThreadAllocatedBytes() - before;
              })
          .get();
    }
  }
}
