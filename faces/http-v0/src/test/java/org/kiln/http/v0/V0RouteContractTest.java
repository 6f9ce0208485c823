package org.kiln.http.v0;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.kiln.api.http.HttpRoute;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;
import org.kiln.testkit.Vectors;

/** Every kind of route of the face, by the contract that routes of plugins have to keep. */
class V0RouteContractTest {
  private abstract static class OfTheFace extends HttpRouteContract {
    private final FakeNode node = new FakeNode();
    private final V0Face face = node.face();
    private final String method;
    private final String pattern;

    OfTheFace(String method, String pattern) {
      this.method = method;
      this.pattern = pattern;
    }

    @AfterEach
    void close() {
      face.close();
    }

    @Override
    protected HttpRoute route() {
      return route(method, pattern);
    }

    final HttpRoute route(String ofMethod, String ofPattern) {
      return face.routes().stream()
          .filter(route -> route.pattern().equals(ofPattern))
          .filter(route -> route.methods().contains(ofMethod))
          .findFirst()
          .orElseThrow();
    }

    final FakeHttpCall request() {
      return FakeHttpCall.of(method, pattern);
    }

    /** The creation of a tile. */
    final JsonNode creation() throws Exception {
      return Vectors.load("tile").get(0).inputs().get("steps").get(0);
    }

    /** The id of a tile that is there. */
    final String created() throws Exception {
      route("POST", "/api/v0/streams")
          .handle(json(FakeHttpCall.of("POST", "/api/v0/streams"), creation().get("body")));
      return creation().get("streamId").asText();
    }

    static FakeHttpCall json(FakeHttpCall call, Object body) {
      return call.withHeader("Content-Type", "application/json")
          .withBody(body.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Nested
  class Chains extends OfTheFace {
    Chains() {
      super("GET", "/api/v0/node/chains");
    }

    @Override
    protected FakeHttpCall call() {
      return request();
    }
  }

  @Nested
  class Healthcheck extends OfTheFace {
    Healthcheck() {
      super("GET", "/api/v0/node/healthcheck");
    }

    @Override
    protected FakeHttpCall call() {
      return request().withQuery("checkIpfs", "false");
    }
  }

  @Nested
  class Creating extends OfTheFace {
    Creating() {
      super("POST", "/api/v0/streams");
    }

    @Override
    protected FakeHttpCall call() throws Exception {
      return json(request(), creation().get("body"));
    }
  }

  @Nested
  class Loading extends OfTheFace {
    Loading() {
      super("GET", "/api/v0/streams/{streamid}");
    }

    @Override
    protected FakeHttpCall call() throws Exception {
      return request()
          .withVariable("streamid", created())
          .withQuery("sync", "2")
          .withQuery("syncTimeoutSeconds", "1");
    }
  }

  @Nested
  class Commits extends OfTheFace {
    Commits() {
      super("GET", "/api/v0/commits/{streamid}");
    }

    @Override
    protected FakeHttpCall call() throws Exception {
      return request().withVariable("streamid", created());
    }
  }

  @Nested
  class MultiQueries extends OfTheFace {
    MultiQueries() {
      super("POST", "/api/v0/multiqueries");
    }

    @Override
    protected FakeHttpCall call() throws Exception {
      return json(request(), "{\"queries\":[{\"streamId\":\"" + created() + "\"}]}");
    }
  }
}
