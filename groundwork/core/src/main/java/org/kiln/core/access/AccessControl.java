package org.kiln.core.access;

import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute;

/** Lets callers in to routes that are not for everyone. Thread-safe. */
public interface AccessControl {
  /**
   * Finds out who calls.
   *
   * @param wanted the least role that will do, VIEWER or OPERATOR
   * @throws HttpProblem 401 without a valid credential, 403 when its role is too small or the
   *     request comes from a page of somebody else, 429 after too many wrong credentials
   */
  Caller admit(HttpRoute.Access wanted, HttpCall call) throws HttpProblem;
}
