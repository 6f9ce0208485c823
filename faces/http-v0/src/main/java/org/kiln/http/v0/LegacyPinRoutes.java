package org.kiln.http.v0;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;

/** {@code /pins}: where pinning was before it needed the admin's signature. */
final class LegacyPinRoutes {
  private static final byte[] WARNING =
      "{\"warn\":\"Pin requests have moved to the admin API /admin/pins. Nothing was pinned.\"}"
          .getBytes(StandardCharsets.UTF_8);

  private LegacyPinRoutes() {}

  static List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/pins", LegacyPinRoutes::refuse),
        new Endpoint("/pins/{streamid}", LegacyPinRoutes::refuse, "GET", "DELETE"),
        Endpoint.post("/pins/{streamid}", call -> HttpReply.json(WARNING)));
  }

  private static HttpReply refuse(HttpCall call) throws HttpProblem {
    throw new HttpProblem(
        400, "moved", "Method not supported: pin requests have moved to the admin API /admin/pins");
  }
}
