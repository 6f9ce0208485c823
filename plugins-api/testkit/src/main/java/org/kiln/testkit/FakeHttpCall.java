package org.kiln.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
  private final Map<String, List<String>> queries;
  private final Map<String, String> headers;
  private final byte[] body;
  private final String remoteAddress;
  private final Deadline deadline;

  private FakeHttpCall(
      String method,
      String path,
      Map<String, String> variables,
      Map<String, List<String>> queries,
      Map<String, String> headers,
      byte[] body,
      String remoteAddress,
      Deadline deadline) {
    this.method = method;
    this.path = path;
    this.variables = variables;
    this.queries = queries;
    this.headers = headers;
    this.body = body;
    this.remoteAddress = remoteAddress;
    this.deadline = deadline;
  }

  /** A request without variables, parameters, headers and body, and with all the time there is. */
  public static FakeHttpCall of(String method, String path) {
    return new FakeHttpCall(
        method, path, Map.of(), Map.of(), Map.of(), new byte[0], "127.0.0.1", Deadline.NONE);
  }

  /** With a variable of the pattern. */
  public FakeHttpCall withVariable(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(variables);
    more.put(name, value);
    return new FakeHttpCall(method, path, more, queries, headers, body, remoteAddress, deadline);
  }

  /** With a query parameter; a name that is there already has several values then. */
  public FakeHttpCall withQuery(String name, String value) {
    Map<String, List<String>> more = new LinkedHashMap<>(queries);
    List<String> values = new ArrayList<>(more.getOrDefault(name, List.of()));
    values.add(value);
    more.put(name, List.copyOf(values));
    return new FakeHttpCall(method, path, variables, more, headers, body, remoteAddress, deadline);
  }

  /** With a header, in the place of the one of this name that it had. */
  public FakeHttpCall withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name.toLowerCase(Locale.ROOT), value);
    return new FakeHttpCall(method, path, variables, queries, more, body, remoteAddress, deadline);
  }

  /** With a body. */
  public FakeHttpCall withBody(byte[] bytes) {
    return new FakeHttpCall(
        method, path, variables, queries, headers, bytes.clone(), remoteAddress, deadline);
  }

  /** With a body of JSON, labelled as that. */
  public FakeHttpCall withJson(String json) {
    return withHeader("Content-Type", "application/json")
        .withBody(json.getBytes(StandardCharsets.UTF_8));
  }

  /** From elsewhere than this machine. */
  public FakeHttpCall withRemoteAddress(String address) {
    return new FakeHttpCall(method, path, variables, queries, headers, body, address, deadline);
  }

  /** With less time. */
  public FakeHttpCall withDeadline(Deadline until) {
    return new FakeHttpCall(method, path, variables, queries, headers, body, remoteAddress, until);
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
    return Optional.ofNullable(queries.get(name)).map(List::getFirst);
  }

  @Override
  public List<String> queryValues(String name) {
    return queries.getOrDefault(name, List.of());
  }

  @Override
  public Map<String, String> queries() {
    Map<String, String> first = new LinkedHashMap<>();
    queries.forEach((name, values) -> first.put(name, values.getFirst()));
    return first;
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
    return remoteAddress;
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }
}
