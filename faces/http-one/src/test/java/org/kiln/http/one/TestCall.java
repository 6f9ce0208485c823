package org.kiln.http.one;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.FakeRoutes;

/** A request, and what the routes and manners of the face make of it, as the gateway would. */
final class TestCall {
  private final FakeHttpCall call;

  /** What came back; headers by lower-case name, the content type among them. */
  record Answer(int status, Map<String, String> headers, byte[] bytes) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  TestCall(String method, String target, Map<String, String> headers, byte[] body) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    FakeHttpCall made =
        FakeHttpCall.of(method, path)
            .withBody(body)
            .withDeadline(Deadline.in(Duration.ofSeconds(60)));
    for (Map.Entry<String, String> header : headers.entrySet()) {
      made = made.withHeader(header.getKey(), header.getValue());
    }
    if (question >= 0) {
      for (String pair : target.substring(question + 1).split("&")) {
        String[] parts = pair.split("=", 2);
        made = made.withQuery(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
      }
    }
    call = made;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** The call that a route is given, but for its variables. */
  FakeHttpCall call() {
    return call;
  }

  Answer send(Iterable<? extends HttpRoute> routes, OneManners manners) {
    Map<String, String> answered = new HashMap<>();
    manners
        .headers(call.path(), call.header("Origin"))
        .forEach((k, v) -> answered.put(k.toLowerCase(Locale.ROOT), v));
    HttpReply reply = reply(FakeRoutes.of(routes), manners);
    reply.headers().forEach((k, v) -> answered.put(k.toLowerCase(Locale.ROOT), v));
    if (!reply.contentType().isEmpty()) {
      answered.put("content-type", reply.contentType());
    }
    try {
      return new Answer(reply.status(), answered, FakeRoutes.bytes(reply));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpReply reply(FakeRoutes routes, OneManners manners) {
    if (call.method().equals("OPTIONS")) {
      return manners.options(call.path(), routes.methods(call.path()));
    }
    try {
      return routes
          .reply(call)
          .orElseGet(
              () -> manners.unserved(call.method(), call.path(), routes.methods(call.path())));
    } catch (HttpProblem e) {
      return manners.problem(e, call.header("Accept"));
    }
  }
}
