package org.kiln.http;

import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute;

/** Decides who may call a route that is not for everyone. Thread-safe. */
@FunctionalInterface
public interface AccessPolicy {
  /**
   * Lets the caller in.
   *
   * @param access what the route asks for; never PUBLIC
   * @return the name of the caller's credential
   * @throws HttpProblem 401, 403 or 429 when it may not
   */
  String admit(HttpRoute.Access access, HttpCall call) throws HttpProblem;

  /** Tells that a call that was let in, or not, has its answer. */
  default void answered(HttpCall call, int status) {}

  /** The refusal of a caller without a credential that will do. */
  static HttpProblem unauthorized(HttpRoute.Access access) {
    String who = access == HttpRoute.Access.VIEWER ? "a viewer's" : "the operator's";
    return new HttpProblem(401, "unauthorized", "This needs " + who + " credential");
  }
}
