package org.kiln.http;

import org.kiln.api.http.HttpRoute;

/** Decides who may call a route that is not for everyone. Thread-safe. */
@FunctionalInterface
public interface AccessPolicy {
  /**
   * Whether the caller may.
   *
   * @param access what the route asks for; never PUBLIC
   * @param authorization the Authorization header, null when there is none
   */
  boolean allows(HttpRoute.Access access, String authorization);
}
