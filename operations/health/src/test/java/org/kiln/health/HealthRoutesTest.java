package org.kiln.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.api.plugin.PluginHealth.Health;
import org.kiln.api.plugin.PluginHealth.Level;
import org.kiln.core.node.Startup;

class HealthRoutesTest {
  private final HealthChecks checks = new HealthChecks(Duration.ofSeconds(60));
  private final AtomicBoolean serving = new AtomicBoolean(true);
  private final AtomicReference<Optional<String>> starting =
      new AtomicReference<>(Optional.empty());
  private final HealthRoutes routes =
      new HealthRoutes(checks, serving::get, () -> starting.get(), List::of);

  @Test
  void shouldBeReadyWhenNothingIsDown() {
    checks.add(deadline -> new Health(Level.UP, ""), "store");
    checks.add(deadline -> new Health(Level.DEGRADED, "few peers"), "net");

    assertThat(get("/health"))
        .isEqualTo(
            "200 {\"live\":true,\"ready\":true,\"serving\":true,\"parts\":{"
                + "\"net\":{\"level\":\"DEGRADED\",\"message\":\"few peers\"},"
                + "\"store\":{\"level\":\"UP\",\"message\":\"\"}}}");
    assertThat(get("/health/ready")).isEqualTo("200 {\"live\":true,\"ready\":true}");
  }

  @Test
  void shouldNotBeReadyWithoutStreams() {
    serving.set(false);

    assertThat(get("/health/ready")).isEqualTo("503 {\"live\":true,\"ready\":false}");
    assertThat(get("/health/live")).isEqualTo("200 {\"live\":true}");
  }

  @Test
  void shouldNotBeReadyBeforeAllIsThere() {
    starting.set(Optional.of("plugins"));

    assertThat(get("/health/ready")).isEqualTo("503 {\"live\":true,\"ready\":false}");
    assertThat(get("/health")).startsWith("503").contains("\"starting\":\"plugins\"");
  }

  @Test
  void shouldTakeFailureForDown() {
    checks.add(
        deadline -> {
          throw new IllegalStateException("disk gone");
        },
        "store");

    assertThat(get("/health")).startsWith("503").contains("DOWN", "disk gone");
  }

  @Test
  void shouldTakeSilenceForDown() {
    HealthChecks hasty = new HealthChecks(Duration.ofMillis(50));
    CountDownLatch never = new CountDownLatch(1);
    hasty.add(
        deadline -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new Health(Level.UP, "");
        },
        "slow");

    assertThat(get(new HealthRoutes(hasty, serving::get, Startup.OVER, List::of), "/health"))
        .startsWith("503")
        .contains("No answer in time");
    never.countDown();
  }

  @Test
  void shouldForgetPartThatHasGone() {
    PluginHealth part = deadline -> new Health(Level.DOWN, "");
    checks.add(part, "part");
    assertThat(get("/health/ready")).startsWith("503");

    checks.remove(part);

    assertThat(get("/health/ready")).startsWith("200");
  }

  private String get(String path) {
    return get(routes, path);
  }

  private static String get(HealthRoutes routes, String path) {
    HttpRoute route =
        routes.routes().stream().filter(r -> r.pattern().equals(path)).findFirst().orElseThrow();
    try {
      HttpReply.Body body = (HttpReply.Body) route.handle(null);
      return body.status() + " " + new String(body.parts().get(0), StandardCharsets.UTF_8);
    } catch (HttpProblem e) {
      throw new AssertionError(e);
    }
  }
}
