package org.kiln.console;

import org.kiln.api.http.HttpRoute;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;

class AssetRouteContractTest extends HttpRouteContract {
  private static final String PATTERN = "/console/assets/{file}";

  @Override
  protected HttpRoute route() {
    return new Assets()
        .routes().stream().filter(r -> r.pattern().equals(PATTERN)).findFirst().orElseThrow();
  }

  @Override
  protected FakeHttpCall call() {
    return FakeHttpCall.of("GET", "/console/assets/app.css").withVariable("file", "app.css");
  }
}
