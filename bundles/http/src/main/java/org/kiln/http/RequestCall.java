package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.plugin.Deadline;

/** One request as its route sees it. */
final class RequestCall implements HttpCall {
  private static final byte[] NOTHING = {};

  private final HttpServletRequest request;
  private final PathPattern pattern;
  private final String[] segments;
  private final Map<String, String> queries;
  private final int maxBodyBytes;
  private final Deadline deadline;
  private byte[] body;
  private String caller;

  private RequestCall(
      HttpServletRequest request,
      PathPattern pattern,
      String[] segments,
      Map<String, String> queries,
      int maxBodyBytes,
      Deadline deadline) {
    this.request = request;
    this.pattern = pattern;
    this.segments = segments;
    this.queries = queries;
    this.maxBodyBytes = maxBodyBytes;
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
      Deadline deadline)
      throws HttpProblem {
    for (int position : pattern.positions()) {
      segments[position] = PercentCoding.decode(segments[position], false);
    }
    if (request.getContentLengthLong() > maxBodyBytes) {
      throw tooLarge(maxBodyBytes);
    }
    Map<String, String> queries = QueryString.parse(request.getQueryString());
    return new RequestCall(request, pattern, segments, queries, maxBodyBytes, deadline);
  }

  private static HttpProblem tooLarge(int maxBodyBytes) {
    return new HttpProblem(
        413,
        "body-too-large",
        "request entity too large: at most " + maxBodyBytes + " bytes are accepted");
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
  public Map<String, String> queries() {
    return Collections.unmodifiableMap(queries);
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  @Override
  public byte[] body() throws HttpProblem {
    if (body == null) {
      body = read();
    }
    return body;
  }

  private byte[] read() throws HttpProblem {
    int announced = (int) request.getContentLengthLong();
    if (announced == 0) {
      return NOTHING;
    }
    try (InputStream in = request.getInputStream()) {
      if (announced > 0) {
        byte[] bytes = new byte[announced];
        if (in.readNBytes(bytes, 0, announced) < announced) {
          throw new HttpProblem(400, "body-cut", "The request body ended early");
        }
        return bytes;
      }
      byte[] bytes = in.readNBytes(maxBodyBytes);
      if (bytes.length == maxBodyBytes && in.read() >= 0) {
        throw tooLarge(maxBodyBytes);
      }
      return bytes;
    } catch (IOException e) {
      throw new HttpProblem(
          400, "body-cut", "The request body could not be read: " + e.getMessage());
    }
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
