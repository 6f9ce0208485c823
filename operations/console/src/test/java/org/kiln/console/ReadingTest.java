package org.kiln.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

class ReadingTest {
  private static Totals at(long seconds, double events, double reads, double readSeconds) {
    return new Totals(
        seconds * 1_000_000_000L,
        Map.of("kiln_log_batched_events_total", events),
        reads,
        0,
        0,
        readSeconds,
        0,
        1024,
        seconds);
  }

  private static double value(Reading reading, String name) {
    return reading.values()[Reading.NAMES.indexOf(name)];
  }

  @Test
  void shouldMakeRatesOfCounters() {
    Reading reading = Reading.between(1, 0, at(10, 100, 50, 1), at(12, 130, 54, 1.2));
    assertThat(value(reading, "in")).isEqualTo(15);
    assertThat(value(reading, "reads")).isEqualTo(2);
    assertThat(value(reading, "readMs")).isCloseTo(50, within(0.001));
    assertThat(value(reading, "cpu")).isEqualTo(1);
  }

  @Test
  void shouldNeverTellANegativeRateWhenACounterIsSetBack() {
    Reading reading = Reading.between(1, 0, at(10, 100, 50, 1), at(12, 3, 2, 0));
    assertThat(value(reading, "in")).isZero();
    assertThat(value(reading, "reads")).isZero();
  }

  @Test
  void shouldTellNothingWhereThereIsNothing() throws CodecException {
    Reading reading = Reading.between(7, 1000, at(10, 1, 5, 1), at(12, 1, 5, 1));
    Ipld.Map columns = Json.parseMap(Reading.columns(List.of(reading)).getBytes());
    assertThat(columns.get("n")).contains(Ipld.of(7));
    assertThat(columns.get("t")).contains(Ipld.list(Ipld.of(1000)));
    assertThat(columns.get("readMs")).contains(Ipld.list(Ipld.NULL));
    assertThat(columns.get("peers")).contains(Ipld.list(Ipld.NULL));
    assertThat(columns.entries().keySet()).containsAll(Reading.NAMES);
  }

  @Test
  void shouldNotCountTheOperatorsOwnRequests() {
    FakeMetrics metrics =
        new FakeMetrics()
            .requests("GET", "/api/v0/streams/{streamid}", "2xx", 10, 0.5)
            .requests("POST", "/api/v0/commits", "5xx", 3, 0.25)
            .requests("POST", "/api/v0/multiqueries", "2xx", 4, 0.125)
            .requests("GET", "/console/api/live", "2xx", 2, 300)
            .requests("GET", "/admin/anchor", "2xx", 9, 1)
            .requests("GET", "/metrics", "2xx", 9, 1);
    Totals totals =
        Totals.of(
            List.of(
                () -> {
                  throw new IllegalStateException("a part that fails is left out");
                },
                metrics));
    assertThat(totals.reads()).isEqualTo(14);
    assertThat(totals.writes()).isEqualTo(3);
    assertThat(totals.failures()).isEqualTo(3);
    assertThat(totals.readSeconds()).isEqualTo(0.625);
    assertThat(totals.writeSeconds()).isEqualTo(0.25);
  }
}
