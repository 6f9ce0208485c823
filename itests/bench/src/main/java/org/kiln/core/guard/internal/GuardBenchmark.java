package org.kiln.core.guard.internal;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.kiln.api.did.SignatureSuite;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call of a plugin costs through its guard: from a thread of the platform, and from a
 * virtual one as requests are; beside a virtual thread's own start, which the latter includes. What
 * ships with the node is called directly. In the guard's own package, which nobody else sees into.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GuardBenchmark {
  private static final byte[] NOTHING = {};

  private final PluginThreads threads =
      new PluginThreads("benchmark", null, new GuardLimits(60_000));
  private SignatureSuite suite;
  private final ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();

  /** One plugin with one service. */
  @Setup
  public void open() throws Exception {
    suite = Guards.guard(SignatureSuite.class, new Suite(), threads);
  }

  /** Ends the plugin's threads. */
  @TearDown
  public void close() {
    virtual.close();
    threads.end();
  }

  /** From a platform thread. */
  @Benchmark
  public boolean fromPlatformThread() {
    return suite.verify(NOTHING, NOTHING, NOTHING);
  }

  /** From a virtual thread that is made for it. */
  @Benchmark
  public boolean fromVirtualThread() throws Exception {
    return virtual.submit(this::fromPlatformThread).get();
  }

  /** A virtual thread that calls nothing. */
  @Benchmark
  public boolean virtualThreadAlone() throws Exception {
    return virtual.submit(() -> true).get();
  }

  private static final class Suite implements SignatureSuite {
    @Override
    public String alg() {
      return "EdDSA";
    }

    @Override
    public String provider() {
      return "nobody";
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
      return true;
    }
  }
}
