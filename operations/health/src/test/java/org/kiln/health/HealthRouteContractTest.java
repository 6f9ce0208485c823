package org.kiln.health;

import java.time.Duration;
import java.util.List;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.node.Startup;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;

class HealthRouteContractTest extends HttpRouteContract {
  @Override
  protected HttpRoute route() {
    HealthChecks checks = new HealthChecks(Duration.ofSeconds(60));
    return new HealthRoutes(checks, () -> true, Startup.OVER, List::of)
        .routes().stream().filter(r -> r.pattern().equals("/health")).findFirst().orElseThrow();
  }

  @Override
  protected FakeHttpCall call() {
    return FakeHttpCall.of("GET", "/health");
  }
}
