package org.kiln.health;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmClassLoadingMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmCompilationMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What Prometheus' own client library tells of the JVM and its process, under the names that the
 * dashboards of all Java programs know. Thread-safe; one scrape at a time.
 */
final class ProcessNumbers {
  /** Made by the first scrape: no start should wait for it. */
  private PrometheusRegistry registry;

  /** The numbers as they are now, in the text format 0.0.4. */
  synchronized byte[] text() {
    if (registry == null) {
      registry = registry();
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream(8192);
    try {
      PrometheusTextFormatWriter.create().write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return text.toByteArray();
  }

  /**
   * All but two of {@code JvmMetrics}: what is allocated between collections is heard from a
   * listener that nobody can take back, and that would keep this bundle's classes after it has
   * gone; native memory is tracked by nobody.
   */
  private static PrometheusRegistry registry() {
    PrometheusRegistry registry = new PrometheusRegistry();
    ProcessMetrics.builder().register(registry);
    JvmRuntimeInfoMetric.builder().register(registry);
    JvmMemoryMetrics.builder().register(registry);
    JvmBufferPoolMetrics.builder().register(registry);
    JvmGarbageCollectorMetrics.builder().register(registry);
    JvmThreadsMetrics.builder().register(registry);
    JvmClassLoadingMetrics.builder().register(registry);
    JvmCompilationMetrics.builder().register(registry);
    return registry;
  }
}
