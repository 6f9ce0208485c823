package org.kiln.events.internal;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.events.check.OnlineCheck;
import org.kiln.ipld.Json;

/**
 * What {@code kiln check} asks: {@code POST /admin/store/check} begins to look through the store,
 * {@code GET /admin/store/check} tells how that stands.
 */
final class StoreCheckRoutes {
  private static final String PATH = "/admin/store/check";

  private StoreCheckRoutes() {}

  static List<HttpRoute> of(OnlineCheck check) {
    return List.of(
        new Route("GET", HttpRoute.Access.VIEWER, () -> json(200, check.state())),
        new Route(
            "POST",
            HttpRoute.Access.OPERATOR,
            () -> {
              check.begin();
              return json(202, check.state());
            }));
  }

  private static HttpReply json(int status, OnlineCheck.State state) {
    Ipld body =
        Ipld.map(
            "running", Ipld.of(state.running()),
            "bytes", Ipld.of(state.bytes()),
            "events", Ipld.of(state.events()),
            "of", Ipld.of(state.of()),
            "damages", Ipld.of(state.damages()),
            "first", new Ipld.List(state.first().stream().<Ipld>map(Ipld::of).toList()));
    return HttpReply.of(status, HttpReply.JSON, List.of(Json.write(body)));
  }

  private record Route(String method, Access access, Supplier<HttpReply> answer)
      implements HttpRoute {
    @Override
    public String pattern() {
      return PATH;
    }

    @Override
    public Set<String> methods() {
      return Set.of(method);
    }

    @Override
    public HttpReply handle(HttpCall call) {
      return answer.get();
    }
  }
}
