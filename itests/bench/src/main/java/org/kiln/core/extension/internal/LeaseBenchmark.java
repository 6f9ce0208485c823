package org.kiln.core.extension.internal;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry.Lease;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What it costs that an extension can be swapped: a lease taken and given back. Beside it the same
 * under 16 threads, with and without as much work as a fast signature check between the two, to see
 * that the count of leases does not hold threads up. In the registry's package because only that
 * package makes one without a framework.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LeaseBenchmark {
  private static final String ALG = "EdDSA";
  private static final long WORK_TOKENS = 10_000;

  private final LendingRegistry registry = registry();

  private static LendingRegistry registry() {
    LendingRegistry registry = new LendingRegistry(1_000, 1_000);
    registry.add(SignatureSuite.class, List.of(ALG), new Suite(), new Rank(true, 0, 1));
    return registry;
  }

  private static final class Suite implements SignatureSuite {
    @Override
    public String alg() {
      return ALG;
    }

    @Override
    public String provider() {
      return "benchmark";
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
      return true;
    }
  }

  /** Nobody else wants it. */
  @Benchmark
  public String uncontended() throws ExtensionMissingException {
    return lease();
  }

  /** Sixteen threads do nothing else. */
  @Benchmark
  @Threads(16)
  public String contended() throws ExtensionMissingException {
    return lease();
  }

  /** Sixteen threads work with it. */
  @Benchmark
  @Threads(16)
  public String working() throws ExtensionMissingException {
    try (Lease<SignatureSuite> lease =
        registry.acquire(SignatureSuite.class, ALG, Deadline.NONE)) {
      Blackhole.consumeCPU(WORK_TOKENS);
      return lease.service().alg();
    }
  }

  /** The same work without a lease. */
  @Benchmark
  @Threads(16)
  public String workingWithout() {
    Blackhole.consumeCPU(WORK_TOKENS);
    return ALG;
  }

  private String lease() throws ExtensionMissingException {
    try (Lease<SignatureSuite> lease =
        registry.acquire(SignatureSuite.class, ALG, Deadline.NONE)) {
      return lease.service().alg();
    }
  }

  /** Ends the registry's thread. */
  @TearDown
  public void close() {
    registry.close();
  }
}
