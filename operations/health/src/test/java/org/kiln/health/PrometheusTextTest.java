package org.kiln.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.core.node.Durations;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.Metrics.Sample;
import org.kiln.core.node.Metrics.Type;

class PrometheusTextTest {
  @Test
  void shouldKeepSamplesOfOneNameTogether() {
    Metrics one = () -> List.of(sample("a_total", "x", 1), Sample.gauge("b", "Bee.", 0.5));
    Metrics two = () -> List.of(sample("a_total", "y", 2));

    assertThat(text(one, two))
        .isEqualTo(
            "# HELP a_total Count.\n# TYPE a_total counter\n"
                + "a_total{route=\"x\"} 1\na_total{route=\"y\"} 2\n"
                + "# HELP b Bee.\n# TYPE b gauge\nb 0.5\n");
  }

  @Test
  void shouldWriteHistograms() {
    Durations took = Durations.doubling(Duration.ofMillis(5), 3);
    took.add(Duration.ofMillis(5));
    took.add(Duration.ofMillis(6));
    took.add(Duration.ofSeconds(1));
    assertThat(text(() -> took.samples("took", "Time.", List.of("of", "it"))))
        .isEqualTo(
            "# HELP took Time.\n# TYPE took histogram\n"
                + "took_bucket{of=\"it\",le=\"0.005\"} 1\ntook_bucket{of=\"it\",le=\"0.01\"} 2\n"
                + "took_bucket{of=\"it\",le=\"0.02\"} 2\ntook_bucket{of=\"it\",le=\"+Inf\"} 3\n"
                + "took_sum{of=\"it\"} 1.011\ntook_count{of=\"it\"} 3\n");
  }

  @Test
  void shouldEscapeLabels() {
    assertThat(text(() -> List.of(sample("a", "\"\\\n", 1))))
        .contains("a{route=\"\\\"\\\\\\n\"} 1\n");
  }

  @Test
  void shouldWriteNumbersThatAreNone() {
    assertThat(
            text(
                () ->
                    List.of(
                        sample("a", "nan", Double.NaN),
                        sample("a", "inf", Double.NEGATIVE_INFINITY),
                        sample("a", "big", 1e300))))
        .contains("{route=\"nan\"} NaN\n", "{route=\"inf\"} -Inf\n", "{route=\"big\"} 1.0E300\n");
  }

  @Test
  void shouldLeaveOutSourceThatFails() {
    Metrics broken =
        () -> {
          throw new IllegalStateException("broken");
        };

    assertThat(text(broken, () -> List.of(Sample.gauge("b", "Bee.", 1)))).endsWith("\nb 1\n");
  }

  private static Sample sample(String name, String route, double value) {
    return new Sample(name, Type.COUNTER, "Count.", List.of("route", route), value);
  }

  private static String text(Metrics... sources) {
    return new String(PrometheusText.of(List.of(sources)), StandardCharsets.UTF_8);
  }
}
