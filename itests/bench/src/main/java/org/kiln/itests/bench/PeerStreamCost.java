package org.kiln.itests.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@link PeerStreamBenchmark} by processor time: the stream and the bare cipher take turns in one
 * process, and each turn says what a mebibyte cost the whole process (both hosts, the kernel's
 * part, the collector). Holds on a busy machine, where rates do not.
 */
public final class PeerStreamCost {
  private static final int THREADS = 2;
  private static final int WARM_UP = 4;

  private PeerStreamCost() {}

  private record Turn(double cpuMs, double wallMs) {}

  /** The work of one turn. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException, GeneralSecurityException, InterruptedException;
  }

  /**
   * Runs it.
   *
   * @param arguments number of turns (15), mebibytes a turn (1000)
   */
  public static void main(String[] arguments) throws Exception {
    int turns = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    int mebibytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1000;
    PeerStreamBenchmark benchmark = new PeerStreamBenchmark();
    benchmark.open();
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      PeerStreamBenchmark.BareCipher[] ciphers = new PeerStreamBenchmark.BareCipher[THREADS];
      for (int i = 0; i < THREADS; i++) {
        ciphers[i] = new PeerStreamBenchmark.BareCipher();
        ciphers[i].open();
      }
      run(
          turns,
          mebibytes,
          () -> {
            for (int i = 0; i < mebibytes; i++) {
              benchmark.stream();
            }
          },
          () -> encryptOnAll(benchmark, pool, ciphers, mebibytes));
    } finally {
      benchmark.close();
    }
  }

  private static void run(int turns, int mebibytes, Work stream, Work cipher) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      measure(stream, mebibytes);
      measure(cipher, mebibytes);
    }
    List<Double> cpu = new ArrayList<>();
    List<Double> wall = new ArrayList<>();
    for (int i = 0; i < turns; i++) {
      Turn streamed = measure(stream, mebibytes);
      Turn bare = measure(cipher, mebibytes);
      cpu.add(bare.cpuMs / streamed.cpuMs);
      wall.add(bare.wallMs / streamed.wallMs);
      System.out.printf(
          "stream %.3f ms CPU, %.3f ms/MiB; cipher %.3f ms CPU, %.3f ms/MiB; ratio %.3f and %.3f%n",
          streamed.cpuMs, streamed.wallMs, bare.cpuMs, bare.wallMs, cpu.getLast(), wall.getLast());
    }
    System.out.printf(
        "Ratios, median of %d: %.3f by processor time, %.3f by the clock%n",
        turns, median(cpu), median(wall));
  }

  private static void encryptOnAll(
      PeerStreamBenchmark benchmark,
      ExecutorService pool,
      PeerStreamBenchmark.BareCipher[] ciphers,
      int mebibytes)
      throws InterruptedException {
    List<Future<Integer>> running = new ArrayList<>();
    for (PeerStreamBenchmark.BareCipher cipher : ciphers) {
      running.add(
          pool.submit(
              () -> {
                int sum = 0;
                for (int i = 0; i < mebibytes / ciphers.length; i++) {
                  sum += benchmark.cipher(cipher);
                }
                return sum;
              }));
    }
    for (Future<Integer> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("The cipher failed", e.getCause());
      }
    }
  }

  private static Turn measure(Work work, int mebibytes) throws Exception {
    long cpu = cpuNanos();
    long start = System.nanoTime();
    work.run();
    long wall = System.nanoTime() - start;
    return new Turn((cpuNanos() - cpu) / 1e6 / mebibytes, wall / 1e6 / mebibytes);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted(Comparator.naturalOrder()).toList().get(values.size() / 2);
  }
}
