package org.kiln.api.http;

import java.util.Map;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ProviderType;

/** One request. For the thread that handles it. */
@ProviderType
public interface HttpCall {
  /** The method, upper-case. */
  String method();

  /** The path as received, without query. */
  String path();

  /**
   * A variable of the route's pattern, percent-decoded.
   *
   * @throws IllegalArgumentException when the pattern has no such variable
   */
  String variable(String name);

  /** The first value of a query parameter. */
  Optional<String> query(String name);

  /** All query parameters, the first value of each, in their order. */
  Map<String, String> queries();

  /** The first value of a header, by any case. */
  Optional<String> header(String name);

  /**
   * The body; empty when there is none.
   *
   * @throws HttpProblem 413 when it is larger than the route accepts, 400 when it ends early
   */
  byte[] body() throws HttpProblem;

  /** Address of the client, without port. */
  String remoteAddress();

  /** The name of the credential the caller has proved to hold; empty on PUBLIC routes. */
  default Optional<String> caller() {
    return Optional.empty();
  }

  /** When the answer must be there. */
  Deadline deadline();
}
