package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.kiln.api.plugin.Retry;

/** What contracts ask of a "not now". */
final class Retries {
  private static final Duration LONGEST = Duration.ofDays(1);

  private Retries() {}

  /** It may pass; a time, if one is named, is one that somebody would wait for. */
  static void assertLater(Retry retry, String why) {
    assertThat(retry.worthwhile()).as(why).isTrue();
    retry
        .after()
        .ifPresent(time -> assertThat(time).as(why).isPositive().isLessThanOrEqualTo(LONGEST));
  }
}
