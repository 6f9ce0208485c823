package org.kiln.anchor;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.anchor.AnchorControl;
import org.kiln.core.anchor.AnchorControl.BatchInWork;
import org.kiln.core.anchor.AnchorControl.Overview;
import org.kiln.core.anchor.AnchorControl.Sent;
import org.kiln.ipld.Json;

/**
 * What {@code kiln anchor} asks: {@code GET /admin/anchor} tells how things stand, {@code POST
 * /admin/anchor/now} sends all that waits: it answers when the chain has it, or when the request's
 * time is nearly over, with how many it has not and why.
 */
public final class OperatorRoutes {
  /** A caller may have no deadline of its own. */
  private static final Duration MOST_WAIT = Duration.ofMinutes(1);

  private OperatorRoutes() {}

  /** The routes over a control. */
  public static List<HttpRoute> of(AnchorControl control) {
    return List.of(
        new Route(
            "/admin/anchor",
            "GET",
            HttpRoute.Access.VIEWER,
            call -> json(200, overview(control.overview()))),
        new Route(
            "/admin/anchor/now",
            "POST",
            HttpRoute.Access.OPERATOR,
            call -> json(202, sent(control.anchorNow(beforeEnd(call.deadline()))))));
  }

  /** What is left of a request's time, but for what it takes to answer. */
  private static Deadline beforeEnd(Deadline deadline) {
    long most = Math.min(deadline.remaining().toMillis(), MOST_WAIT.toMillis());
    return Deadline.in(Duration.ofMillis(most - Math.min(most / 10, 1_000)));
  }

  private static Ipld.Map sent(Sent sent) {
    return Ipld.map(
        "requests", Ipld.of(sent.requests()),
        "left", Ipld.of(sent.left()),
        "why", text(sent.why()));
  }

  private static Ipld.Map overview(Overview overview) {
    Map<String, Ipld> map = new LinkedHashMap<>();
    map.put("enabled", Ipld.of(overview.enabled()));
    map.put("automatic", Ipld.of(overview.automatic()));
    map.put("chain", Ipld.of(overview.chain()));
    map.put("waiting", Ipld.of(overview.waiting()));
    map.put("failed", Ipld.of(overview.failed()));
    map.put("held", Ipld.of(overview.held()));
    map.put("batchesDone", Ipld.of(overview.batchesDone()));
    map.put("eventsWritten", Ipld.of(overview.eventsWritten()));
    map.put("lastError", overview.lastError().<Ipld>map(Ipld::of).orElse(Ipld.NULL));
    map.put("obstacle", overview.obstacle().<Ipld>map(Ipld::of).orElse(Ipld.NULL));
    map.put("batch", overview.batch().<Ipld>map(OperatorRoutes::batch).orElse(Ipld.NULL));
    return new Ipld.Map(map);
  }

  private static Ipld.Map batch(BatchInWork batch) {
    return Ipld.map(
        "number", Ipld.of(batch.number()),
        "stage", Ipld.of(batch.stage()),
        "requests", Ipld.of(batch.requests()),
        "root", text(batch.root()),
        "reference", text(batch.reference()),
        "retries", Ipld.of(batch.retries()));
  }

  private static Ipld text(Optional<String> text) {
    return text.<Ipld>map(Ipld::of).orElse(Ipld.NULL);
  }

  private static HttpReply json(int status, Ipld value) {
    return HttpReply.of(status, HttpReply.JSON, List.of(Json.write(value)));
  }

  private record Route(
      String pattern, String method, Access access, Function<HttpCall, HttpReply> answer)
      implements HttpRoute {
    @Override
    public Set<String> methods() {
      return Set.of(method);
    }

    @Override
    public HttpReply handle(HttpCall call) {
      return answer.apply(call);
    }
  }
}
