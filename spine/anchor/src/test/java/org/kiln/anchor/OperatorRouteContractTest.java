package org.kiln.anchor;

import java.util.Optional;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.anchor.AnchorControl;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;

class OperatorRouteContractTest extends HttpRouteContract {
  @Override
  protected HttpRoute route() {
    return OperatorRoutes.of(new Idle()).get(1);
  }

  @Override
  protected FakeHttpCall call() {
    return FakeHttpCall.of("POST", "/admin/anchor/now");
  }

  /** Nothing waits. */
  private static final class Idle implements AnchorControl {
    @Override
    public Overview overview() {
      throw new AssertionError("not asked for");
    }

    @Override
    public long anchorNow() {
      return 0;
    }

    @Override
    public Sent anchorNow(Deadline deadline) {
      return new Sent(0, 0, Optional.empty());
    }
  }
}
