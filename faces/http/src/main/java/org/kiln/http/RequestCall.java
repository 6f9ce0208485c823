package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.plugin.Deadline;

/** One request as its route sees it. */
final class RequestCall implements HttpCall {
  private final HttpServletRequest request;
  private final PathPattern pattern;
  private final String[] segments;
  private final Map<String, String> queries;
  private final Source source;
  private final Deadline deadline;
  private byte[] body;
  private InputStream opened;
  private String caller;

  /** Where the body comes from. */
  @FunctionalInterface
  interface Source {
    /** Reads all of it. */
    byte[] read() throws HttpProblem;

    /** Begins to read it as it comes. */
    default InputStream open() throws HttpProblem {
      return new ByteArrayInputStream(read());
    }
  }

  private RequestCall(
      HttpServletRequest request,
      PathPattern pattern,
      String[] segments,
      Map<String, String> queries,
      Source source,
      Deadline deadline) {
    this.request = request;
    this.pattern = pattern;
    this.segments = segments;
    this.queries = queries;
    this.source = source;
    this.deadline = deadline;
  }

  /**
   * A call of a route.
   *
   * @throws HttpProblem 400 when the URL is badly encoded, 413 when the announced body is too large
   */
  static RequestCall of(
      HttpServletRequest request,
      PathPattern pattern,
      String[] segments,
      int maxBodyBytes,
      Source body,
      Deadline deadline)
      throws HttpProblem {
    for (int position : pattern.positions()) {
      segments[position] = PercentCoding.decode(segments[position], false);
    }
    Bodies.check(request, maxBodyBytes);
    Map<String, String> queries = QueryString.parse(request.getQueryString());
    return new RequestCall(request, pattern, segments, queries, body, deadline);
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String path() {
    return request.getRequestURI();
  }

  @Override
  public String variable(String name) {
    return segments[pattern.position(name)];
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(queries.get(name));
  }

  @Override
  public List<String> queryValues(String name) {
    return queries.containsKey(name)
        ? QueryString.values(request.getQueryString(), name)
        : List.of();
  }

  @Override
  public Map<String, String> queries() {
    return Collections.unmodifiableMap(queries);
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  @Override
  public byte[] body() throws HttpProblem {
    if (opened != null) {
      throw new IllegalStateException("The body is read as a stream");
    }
    if (body == null) {
      body = source.read();
    }
    return body;
  }

  @Override
  public InputStream bodyStream() throws HttpProblem {
    if (opened == null) {
      opened = body == null ? source.open() : new ByteArrayInputStream(body);
    }
    return opened;
  }

  @Override
  public String remoteAddress() {
    return request.getRemoteAddr();
  }

  @Override
  public Optional<String> caller() {
    return Optional.ofNullable(caller);
  }

  /** The caller has shown who it is. */
  void calledBy(String name) {
    caller = name;
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }
}
