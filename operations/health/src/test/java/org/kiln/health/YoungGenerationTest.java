package org.kiln.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** In a JVM of its own with the collector and the sizes of {@code bin/kiln}. */
class YoungGenerationTest {
  private static final int MIB = 1 << 20;

  @Test
  void shouldGrowWhenTheNodeGetsToWork() throws Exception {
    assertThat(edenMib("-XX:+UseSerialGC")).isGreaterThan(40);
  }

  @Test
  void shouldLeaveOtherCollectorsAlone() throws Exception {
    assertThat(edenMib("-XX:+UseParallelGC")).isPositive();
  }

  private static long edenMib(String collector) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                collector,
                "-Xms152m",
                "-Xmx512m",
                "-XX:NewSize=24m",
                "-XX:MaxNewSize=64m",
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    // A JVM may say before which options it picked up.
    return Long.parseLong(output.lines().toList().getLast());
  }

  /** Keeps more and more, until its eden has grown or it has kept far more than it may at rest. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws InterruptedException {
      long before = eden();
      List<byte[]> kept = new ArrayList<>();
      try (YoungGeneration young = new YoungGeneration(48L * MIB)) {
        for (int i = 0; i < 200 && eden() == before; i++) {
          kept.add(new byte[MIB]);
          // What was heard is heard on another thread.
          Thread.onSpinWait();
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (serial() && eden() == before && System.nanoTime() < deadline) {
          Thread.onSpinWait();
        }
      }
      System.out.println(eden() / MIB);
    }

    private static boolean serial() {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .anyMatch(pool -> pool.getName().equals("Tenured Gen"));
    }

    private static long eden() {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getName().endsWith("Eden Space"))
          .findFirst()
          .orElseThrow()
          .getUsage()
          .getCommitted();
    }
  }
}
