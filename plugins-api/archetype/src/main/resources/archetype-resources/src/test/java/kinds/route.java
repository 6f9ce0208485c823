package ${package};

import org.kiln.api.http.HttpRoute;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;

class ${className}Test extends HttpRouteContract {
  @Override
  protected HttpRoute route() {
    return new ${className}();
  }

  @Override
  protected FakeHttpCall call() {
    return FakeHttpCall.of("GET", "/${key}/ann").withVariable("name", "ann");
  }
}
