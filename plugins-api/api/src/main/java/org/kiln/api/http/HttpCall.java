package org.kiln.api.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
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

  /** All values of a query parameter that may be given several times, in their order. */
  default List<String> queryValues(String name) {
    return query(name).map(List::of).orElse(List.of());
  }

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

  /**
   * The body as it comes, in the place of {@link #body()}, for routes that pass it on and need not
   * have all of it in memory; empty when there is none. To be read once, by the thread that handles
   * the call, until the call is answered. Size and speed are bounded as for any body: where it
   * breaks a bound, a read throws {@link HttpBodyException}. Who may call a {@code PUBLIC} route is
   * not known, and might hold a place by sending slowly: the body of these has come before they are
   * called.
   *
   * @throws HttpProblem 413 when more is announced than the route accepts, 415 for an encoding that
   *     is not understood
   */
  default InputStream bodyStream() throws HttpProblem {
    return new ByteArrayInputStream(body());
  }

  /** Address of the client, without port. */
  String remoteAddress();

  /** The name of the credential the caller has proved to hold; empty on PUBLIC routes. */
  default Optional<String> caller() {
    return Optional.empty();
  }

  /** When the answer must be there. */
  Deadline deadline();
}
