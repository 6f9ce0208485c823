package org.kiln.access;

import java.io.IOException;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.api.ipld.Ipld;

/** {@code GET /admin/audit}: the newest lines of the audit log. */
final class AuditRoute {
  private static final int DEFAULT_LINES = 100;
  private static final int MAX_LINES = 1000;

  private AuditRoute() {}

  static HttpRoute of(AuditFile audit) {
    return new Route("/admin/audit", "GET", Access.OPERATOR, call -> newest(audit, call));
  }

  private static HttpReply newest(AuditFile audit, HttpCall call) throws HttpProblem {
    int limit = DEFAULT_LINES;
    if (call.query("limit").isPresent()) {
      try {
        limit = Integer.parseInt(call.query("limit").get());
      } catch (NumberFormatException e) {
        throw new HttpProblem(400, "invalid", "limit is a number of lines");
      }
    }
    try {
      return Route.json(
          200, Ipld.map("entries", new Ipld.List(audit.newest(Math.clamp(limit, 1, MAX_LINES)))));
    } catch (IOException e) {
      throw new HttpProblem(500, "storage", "The audit log cannot be read: " + e.getMessage());
    }
  }
}
