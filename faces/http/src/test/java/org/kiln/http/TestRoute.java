package org.kiln.http;

import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;

/** A route as a test needs it. */
record TestRoute(
    String pattern, Set<String> methods, Access access, int maxBodyBytes, Handler handler)
    implements HttpRoute {

  @FunctionalInterface
  interface Handler {
    HttpReply handle(HttpCall call) throws HttpProblem;
  }

  static TestRoute get(String pattern, Handler handler) {
    return new TestRoute(pattern, Set.of("GET"), Access.PUBLIC, 100, handler);
  }

  static TestRoute post(String pattern, Handler handler) {
    return new TestRoute(pattern, Set.of("POST"), Access.PUBLIC, 100, handler);
  }

  static TestRoute text(String pattern, String text) {
    return get(pattern, call -> HttpReply.text(200, "text/plain; charset=utf-8", text));
  }

  TestRoute with(Access other) {
    return new TestRoute(pattern, methods, other, maxBodyBytes, handler);
  }

  TestRoute upTo(int bytes) {
    return new TestRoute(pattern, methods, access, bytes, handler);
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    return handler.handle(call);
  }
}
