package org.kiln.feed;

import java.time.Duration;
import java.time.InstantSource;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.lending.OptionalService;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;

class FeedRouteContractTest extends HttpRouteContract {
  @Override
  protected HttpRoute route() {
    return new FeedRoute(
        new Readers(
            new OptionalService<>(),
            Patience.hangingAfter(Duration.ofSeconds(30)),
            InstantSource.system()));
  }

  @Override
  protected FakeHttpCall call() {
    return FakeHttpCall.of("GET", "/admin/feed");
  }
}
