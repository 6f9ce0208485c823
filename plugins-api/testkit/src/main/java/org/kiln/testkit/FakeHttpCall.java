package org.kiln.testkit;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.plugin.Deadline;

/** A request for the test of a route. Every {@code with…} answers a changed copy; immutable. */
public final class FakeHttpCall implements HttpCall {
  private final String method;
  private final String path;
  private final Map<String, String> variables;
  private final Map<String, String> queries;
  private final Map<String, String> headers;
  private final byte[] body;
  private final Deadline deadline;

  private FakeHttpCall(
      String method,
      String path,
      Map<String, String> variables,
      Map<String, String> queries,
      Map<String, String> headers,
      byte[] body,
      Deadline deadline) {
    this.method = method;
    this.path = path;
    this.variables = variables;
    this.queries = queries;
    this.headers = headers;
    this.body = body;
    this.deadline = deadline;
  }

  /** A request without variables, parameters, headers and body, and with all the time there is. */
  public static FakeHttpCall of(String method, String path) {
    return new FakeHttpCall(method, path, Map.of(), Map.of(), Map.of(), new byte[0], Deadline.NONE);
  }

  /** With a variable of the pattern. */
  public FakeHttpCall withVariable(String name, String value) {
    return new FakeHttpCall(
        method, path, and(variables, name, value), queries, headers, body, deadline);
  }

  /** With a query parameter. */
  public FakeHttpCall withQuery(String name, String value) {
    return new FakeHttpCall(
        method, path, variables, and(queries, name, value), headers, body, deadline);
  }

  /** With a header. */
  public FakeHttpCall withHeader(String name, String value) {
    return new FakeHttpCall(
        method,
        path,
        variables,
        queries,
        and(headers, name.toLowerCase(Locale.ROOT), value),
        body,
        deadline);
  }

  /** With a body. */
  public FakeHttpCall withBody(byte[] bytes) {
    return new FakeHttpCall(method, path, variables, queries, headers, bytes.clone(), deadline);
  }

  /** With less time. */
  public FakeHttpCall withDeadline(Deadline until) {
    return new FakeHttpCall(method, path, variables, queries, headers, body, until);
  }

  private static Map<String, String> and(Map<String, String> map, String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(map);
    more.put(name, value);
    return more;
  }

  /** The variables' values by name. */
  public Map<String, String> variables() {
    return Map.copyOf(variables);
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("The pattern has no variable " + name);
    }
    return value;
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(queries.get(name));
  }

  @Override
  public Map<String, String> queries() {
    return Map.copyOf(queries);
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  @Override
  public String remoteAddress() {
    return "127.0.0.1";
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }
}
