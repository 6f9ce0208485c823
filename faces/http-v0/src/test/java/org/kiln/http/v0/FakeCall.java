package org.kiln.http.v0;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.FakeRoutes;

/** A request as a test makes it, and the answer as text. */
final class FakeCall {
  private FakeHttpCall call;

  /** What came back. */
  record Answer(int status, String body) {}

  private FakeCall(String method, String path) {
    call = FakeHttpCall.of(method, path).withDeadline(Deadline.in(Duration.ofSeconds(60)));
  }

  static FakeCall get(String path) {
    return new FakeCall("GET", path);
  }

  static FakeCall delete(String path) {
    return new FakeCall("DELETE", path);
  }

  static FakeCall post(String path, String json) {
    return post(path, json.getBytes(StandardCharsets.UTF_8));
  }

  static FakeCall post(String path, byte[] json) {
    FakeCall post = new FakeCall("POST", path).header("Content-Type", "application/json");
    post.call = post.call.withBody(json);
    return post;
  }

  FakeCall query(String name, String value) {
    call = call.withQuery(name, value);
    return this;
  }

  FakeCall header(String name, String value) {
    call = call.withHeader(name, value);
    return this;
  }

  /** The call as a route is given it, but for its variables. */
  FakeHttpCall call() {
    return call;
  }

  /** Sends the call to the route of the face that fits; 404 with an empty body when none does. */
  Answer send(Iterable<? extends HttpRoute> routes) {
    try {
      HttpReply reply = reply(routes);
      return reply == null
          ? new Answer(404, "")
          : new Answer(reply.status(), new String(FakeRoutes.bytes(reply), StandardCharsets.UTF_8));
    } catch (HttpProblem e) {
      return new Answer(e.status(), e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The reply of the route that fits, null when none does. */
  HttpReply reply(Iterable<? extends HttpRoute> routes) throws HttpProblem {
    Optional<HttpReply> reply = FakeRoutes.of(routes).reply(call);
    return reply.orElse(null);
  }
}
