package org.kiln.core.extension.internal;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.lending.Rank;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to borrow an extension and give it back, alone and with sixteen threads at one
 * extension. In the registry's own package, which nobody else can see into.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LeaseBenchmark {
  private final LendingRegistry registry = new LendingRegistry(1_000, 1_000);

  /** One extension. */
  public LeaseBenchmark() {
    registry.add(SignatureSuite.class, List.of("EdDSA"), new Suite(), new Rank(true, 0, 1));
  }

  /** Ends the registry's thread. */
  @TearDown
  public void close() {
    registry.close();
  }

  /** One thread. */
  @Benchmark
  public String alone() throws ExtensionMissingException {
    return lease();
  }

  /** Sixteen threads at the same extension. */
  @Benchmark
  @Threads(16)
  public String amongSixteen() throws ExtensionMissingException {
    return lease();
  }

  private String lease() throws ExtensionMissingException {
    try (var lease = registry.acquire(SignatureSuite.class, "EdDSA", Deadline.NONE)) {
      return lease.service().alg();
    }
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
