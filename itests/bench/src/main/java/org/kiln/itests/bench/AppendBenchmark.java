package org.kiln.itests.bench;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.log.LogBusyException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Events made durable on Xodus, alone and many at once; each counts. Making the random events, two
 * SHA-256 and an EventId, is part of the figure.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class AppendBenchmark {
  private final Random random = new Random(1);
  private TemporaryLog log;

  /** Opens an empty log. */
  @Setup(Level.Trial)
  public void open() {
    log = TemporaryLog.onXodus();
  }

  /** Removes it. */
  @TearDown(Level.Trial)
  public void close() {
    log.close();
  }

  /** A sync for each event. */
  @Benchmark
  public List<Long> batchOf1() throws LogBusyException {
    return append(1);
  }

  /** A sync for 32 events. */
  @Benchmark
  @OperationsPerInvocation(32)
  public List<Long> batchOf32() throws LogBusyException {
    return append(32);
  }

  /** A sync for 512 events. */
  @Benchmark
  @OperationsPerInvocation(512)
  public List<Long> batchOf512() throws LogBusyException {
    return append(512);
  }

  private List<Long> append(int batch) throws LogBusyException {
    return log.log().append(Samples.newEvents(random, batch), Deadline.NONE);
  }
}
