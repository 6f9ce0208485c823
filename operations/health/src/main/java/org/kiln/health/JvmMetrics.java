package org.kiln.health;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import org.kiln.core.node.Metrics;

/** What the JVM says of itself. Thread-safe. */
final class JvmMetrics implements Metrics {
  @Override
  public List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    samples.add(heap("used", memory.getHeapMemoryUsage().getUsed()));
    samples.add(heap("committed", memory.getHeapMemoryUsage().getCommitted()));
    samples.add(heap("max", memory.getHeapMemoryUsage().getMax()));
    samples.add(
        Sample.gauge(
            "jvm_nonheap_used_bytes",
            "Memory used outside of the heap.",
            memory.getNonHeapMemoryUsage().getUsed()));
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      List<String> labels = List.of("gc", collector.getName());
      samples.add(
          new Sample(
              "jvm_gc_collections_total",
              Type.COUNTER,
              "Garbage collections.",
              labels,
              collector.getCollectionCount()));
      samples.add(
          new Sample(
              "jvm_gc_seconds_total",
              Type.COUNTER,
              "Time spent collecting garbage.",
              labels,
              collector.getCollectionTime() / 1e3));
    }
    samples.add(
        Sample.gauge(
            "jvm_threads",
            "Platform threads.",
            ManagementFactory.getThreadMXBean().getThreadCount()));
    samples.add(
        Sample.gauge(
            "process_start_time_seconds",
            "When the process started, in unix seconds.",
            ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3));
    return samples;
  }

  private static Sample heap(String area, long bytes) {
    return new Sample("jvm_heap_bytes", Type.GAUGE, "Heap memory.", List.of("area", area), bytes);
  }
}
