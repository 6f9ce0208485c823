package org.kiln.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CarrierWatchTest {
  private final Carriers carriers = new Carriers();
  private final List<Thread> spinning = new ArrayList<>();
  private volatile boolean enough;
  private int before;

  @BeforeEach
  void look() {
    assumeTrue(carriers.number().isPresent(), "Java 24 and newer change the number of carriers");
    before = carriers.number().getAsInt();
  }

  @AfterEach
  void end() throws Exception {
    enough = true;
    for (Thread thread : spinning) {
      thread.join();
    }
    if (carriers.number().isPresent()) {
      carriers.number(before);
    }
  }

  private void spin(int threads) {
    for (int i = 0; i < threads; i++) {
      spinning.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!enough) {
                      Thread.onSpinWait();
                    }
                  }));
    }
  }

  private static boolean served(Duration within) throws InterruptedException {
    CountDownLatch turn = new CountDownLatch(1);
    Thread.ofVirtual().start(turn::countDown);
    return turn.await(within.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Test
  void shouldGiveOthersATurnBesideThreadsThatSpin() throws Exception {
    spin(3 * before);
    assertThat(served(Duration.ofMillis(200))).as("what it is for").isFalse();
    try (CarrierWatch watch = new CarrierWatch(Duration.ofMillis(200))) {
      assertThat(served(Duration.ofMinutes(1))).isTrue();
    }
    assertThat(carriers.number().getAsInt()).isGreaterThan(before);
  }

  @Test
  void shouldChangeNothingWhileAllGetTheirTurn() throws Exception {
    try (CarrierWatch watch = new CarrierWatch(Duration.ofMinutes(1))) {
      assertThat(served(Duration.ofMinutes(1))).isTrue();
    }
    assertThat(carriers.number()).hasValue(before);
  }
}
