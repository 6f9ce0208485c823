package org.kiln.inspect.node;

import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.plugin.Deadline;

/** A request that never left this process. */
record LocalCall(
    String method,
    RequestTarget target,
    Map<String, String> variables,
    byte[] body,
    Deadline deadline)
    implements HttpCall {

  @Override
  public String path() {
    return target.path();
  }

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
    return Optional.ofNullable(target.queries().get(name));
  }

  @Override
  public Map<String, String> queries() {
    return target.queries();
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
