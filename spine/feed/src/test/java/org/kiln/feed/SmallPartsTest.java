package org.kiln.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.http.HttpReply;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.node.Metrics.Sample;
import org.kiln.testkit.FakeFeed;
import org.kiln.testkit.FakeHttpCall;

class SmallPartsTest {
  private static final Instant BEGIN = Instant.ofEpochSecond(1_000);

  @Test
  void shouldPauseLongerEachTimeUpToTheBound() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), new Random(7));
    Duration last = Duration.ZERO;
    assertThat(backoff.next()).isBetween(Duration.ofMillis(750), Duration.ofMillis(1250));
    for (int i = 0; i < 100; i++) {
      last = backoff.next();
      assertThat(last).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }
    assertThat(last).isGreaterThan(Duration.ofSeconds(30));
    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(1250));
  }

  @Test
  void shouldTellHowOldTheOldestIsThatWasNotTaken() {
    Lag lag = new Lag();
    ResumeToken end = new ResumeToken(7, 0);
    for (int second = 0; second < 10_000; second++) {
      lag.at(BEGIN.plusSeconds(second), end.at(second * 10L));
    }
    Instant now = BEGIN.plusSeconds(9_999);
    assertThat(lag.behind(now, end.at(99_990))).isZero();
    assertThat(lag.behind(now, end.at(99_989))).isZero();
    assertThat(lag.behind(now, end.at(99_979))).isEqualTo(Duration.ofSeconds(1));
    assertThat(lag.behind(now, end.at(99_490))).isEqualTo(Duration.ofSeconds(49));
    assertThat(lag.behind(now, end)).isEqualTo(Duration.ofSeconds(3_599));
    assertThat(lag.behind(now, new ResumeToken(8, 0))).isZero();
  }

  private static Readers readers(FakeFeed feed) {
    OptionalService<Feed> feeds = new OptionalService<>();
    feeds.bind(feed);
    Readers readers =
        new Readers(feeds, Patience.hangingAfter(Duration.ofSeconds(30)), InstantSource.system());
    Object service = new Object();
    readers.add(
        service,
        "index",
        new Candidate(
            "com.example",
            0,
            1,
            Taker.of(new Shelf().reader("1", () -> {})),
            () -> {},
            () -> true));
    readers.refuse(new Object(), "com.example.bad", "It has no name");
    Await.until(
        "it said where it is", () -> readers.standings().get(0).state().position().isPresent());
    return readers;
  }

  @Test
  void shouldAnswerHowTheReadersStand() {
    FakeFeed feed = new FakeFeed();
    try (Readers readers = readers(feed)) {
      HttpReply.Body reply =
          (HttpReply.Body) new FeedRoute(readers).handle(FakeHttpCall.of("GET", "/admin/feed"));
      String place = feed.now().toString();
      assertThat(new String(reply.parts().get(0), StandardCharsets.UTF_8))
          .matches(
              "\\{\"end\":\"P\",\"readers\":\\[\\{\"name\":\"index\",\"plugin\":\"com.example\",\"feed\":\"changes\",\"state\":\"waiting\",\"since\":[0-9]+,\"reason\":null,\"position\":\"P\",\"behind\":0,\"behindMs\":0,\"taken\":0,\"failures\":0}],\"refused\":\\[\\{\"plugin\":\"com.example.bad\",\"reason\":\"It has no name\"}]}"
                  .replace("P", place));
    }
  }

  @Test
  void shouldCountThem() {
    try (Readers readers = readers(new FakeFeed())) {
      List<Sample> samples = new FeedMetrics(readers).samples();
      assertThat(samples)
          .extracting(Sample::name)
          .containsExactly(
              "kiln_feed_reader_well",
              "kiln_feed_reader_taken_total",
              "kiln_feed_reader_failures_total",
              "kiln_feed_reader_behind_entries",
              "kiln_feed_reader_behind_seconds");
      assertThat(samples)
          .allSatisfy(sample -> assertThat(sample.labels()).containsExactly("reader", "index"));
    }
  }
}
