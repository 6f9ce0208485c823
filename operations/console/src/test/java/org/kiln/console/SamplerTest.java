package org.kiln.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SamplerTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final Sampler sampler =
      new Sampler(
          () -> List.of(new FakeMetrics().with("kiln_peers", 3)),
          InstantSource.system(),
          NEVER,
          NEVER);

  @Test
  void shouldTellThePastAndThenEachPointOnce() throws InterruptedException {
    sampler.sample();
    sampler.sample();
    sampler.sample();
    try (Sampler.Watch watch = sampler.watch()) {
      assertThat(new String(watch.history(0), UTF_8)).contains("id: 2\n").contains("[3,3]");
      assertThat(watch.next(Duration.ofMillis(1))).isNull();
      sampler.sample();
      assertThat(new String(watch.next(Duration.ofSeconds(30)), UTF_8)).contains("\"n\":3");
      assertThat(watch.next(Duration.ofMillis(1))).isNull();
    }
  }

  @Test
  void shouldTellNoPeersOfANodeThatKeepsToItself() {
    FakeMetrics off = new FakeMetrics().with("kiln_peers", 0).with("kiln_network_on", 0);
    try (Sampler alone = new Sampler(() -> List.of(off), InstantSource.system(), NEVER, NEVER);
        Sampler.Watch watch = alone.watch()) {
      alone.sample();
      alone.sample();
      assertThat(new String(watch.history(0), UTF_8)).contains("\"peers\":[null]");
    }
  }

  @Test
  void shouldTellOnlyWhatAClientMissed() {
    for (int i = 0; i < 4; i++) {
      sampler.sample();
    }
    try (Sampler.Watch watch = sampler.watch()) {
      assertThat(new String(watch.history(2), UTF_8)).contains("id: 3\n").contains("[3]");
      assertThat(new String(watch.history(99), UTF_8))
          .as("a number of an earlier run")
          .contains("[3,3,3]");
    }
  }

  @Test
  void shouldEncodeAPointOnceForAll() throws InterruptedException {
    sampler.sample();
    try (Sampler.Watch one = sampler.watch();
        Sampler.Watch other = sampler.watch()) {
      sampler.sample();
      assertThat(one.next(Duration.ofSeconds(30))).isSameAs(other.next(Duration.ofSeconds(30)));
    }
  }

  @Test
  void shouldKeepABoundedPast() {
    for (int i = 0; i < Sampler.KEPT + 10; i++) {
      sampler.sample();
    }
    try (Sampler.Watch watch = sampler.watch()) {
      String past = new String(watch.history(0), UTF_8);
      String times = past.substring(past.indexOf("\"t\":["), past.indexOf(']'));
      assertThat(times.split(",")).hasSize(Sampler.KEPT);
    }
  }

  @Test
  void shouldReadOftenWhileWatchedAndEndItsWatchesWhenClosed() throws Exception {
    try (Sampler quick =
        new Sampler(
            () -> List.of(new FakeMetrics()),
            InstantSource.system(),
            Duration.ofMillis(5),
            NEVER)) {
      quick.start();
      try (Sampler.Watch watch = quick.watch()) {
        assertThat(watch.next(Duration.ofSeconds(30))).isNotNull();
        FutureTask<Boolean> waits =
            new FutureTask<>(
                () -> {
                  while (!watch.over()) {
                    watch.next(Duration.ofSeconds(30));
                  }
                  return true;
                });
        Thread.ofPlatform().daemon().start(waits);
        quick.close();
        assertThat(waits.get(60, TimeUnit.SECONDS)).isTrue();
      }
    }
  }
}
