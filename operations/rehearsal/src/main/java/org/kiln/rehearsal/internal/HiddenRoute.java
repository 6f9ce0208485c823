package org.kiln.rehearsal.internal;

import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;

/** A route that is there only for those who know the secret. */
record HiddenRoute(HttpRoute route, String secret) implements HttpRoute {
  static final String PREFIX = "/rehearsal/";
  private static final String SECRET = "secret";

  @Override
  public String pattern() {
    return PREFIX + "{" + SECRET + "}" + route.pattern();
  }

  @Override
  public Set<String> methods() {
    return route.methods();
  }

  @Override
  public Access access() {
    return route.access();
  }

  @Override
  public int maxBodyBytes() {
    return route.maxBodyBytes();
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    if (!call.variable(SECRET).equals(secret)) {
      throw new HttpProblem(404, "not_found", "There is no such route");
    }
    return route.handle(call);
  }
}
