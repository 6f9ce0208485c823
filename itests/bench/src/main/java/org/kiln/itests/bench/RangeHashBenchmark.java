package org.kiln.itests.bench;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.RangeHash;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The hash of a random range of the keys; its cost should grow with the logarithm of their number.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RangeHashBenchmark {
  private static final int BATCH = 512;

  /** How many keys there are. */
  @Param({"10000", "100000", "1000000"})
  public int keys;

  private final Random random = new Random(2);
  private TemporaryLog log;

  /** Fills the log. */
  @Setup(Level.Trial)
  public void fill() throws LogBusyException {
    log = TemporaryLog.onXodus();
    for (int done = 0; done < keys; done += BATCH) {
      log.log().append(Samples.smallEvents(random, Math.min(BATCH, keys - done)), Deadline.NONE);
    }
  }

  /** Removes it. */
  @TearDown(Level.Trial)
  public void close() {
    log.close();
  }

  /** From one random key to another. */
  @Benchmark
  public RangeHash randomRange() {
    byte[] one = Samples.key(random);
    byte[] other = Samples.key(random);
    boolean ordered = Arrays.compareUnsigned(one, other) < 0;
    return log.log().rangeHash(ordered ? one : other, ordered ? other : one);
  }
}
