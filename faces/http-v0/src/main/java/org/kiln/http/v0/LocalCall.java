package org.kiln.http.v0;

import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.plugin.Deadline;

/**
 * A request that never left this process, with JSON or nothing in its body.
 *
 * @param path as written, without query
 * @param variables of the route's pattern, by name
 * @param queries the first value of each parameter
 */
public record LocalCall(
    String method,
    String path,
    Map<String, String> variables,
    Map<String, String> queries,
    byte[] body,
    Deadline deadline)
    implements HttpCall {

  @Override
  public String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("The route's pattern has no variable " + name);
    }
    return value;
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(queries.get(name));
  }

  /** What is sent is JSON; other headers are not needed here. */
  @Override
  public Optional<String> header(String name) {
    return name.equalsIgnoreCase("content-type")
        ? Optional.of("application/json")
        : Optional.empty();
  }

  @Override
  public String remoteAddress() {
    return "127.0.0.1";
  }
}
