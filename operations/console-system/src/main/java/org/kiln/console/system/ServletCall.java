package org.kiln.console.system;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.plugin.Deadline;

/** A servlet's request as access control looks at it: its head only, asked for as a read. */
final class ServletCall implements HttpCall {
  private final HttpServletRequest request;

  ServletCall(HttpServletRequest request) {
    this.request = request;
  }

  @Override
  public String method() {
    // The pages of the Web Console cannot send the session's token; the door checks changes itself.
    return "GET";
  }

  @Override
  public String path() {
    return request.getRequestURI();
  }

  @Override
  public String variable(String name) {
    throw new IllegalArgumentException("No variable " + name);
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.empty();
  }

  @Override
  public Map<String, String> queries() {
    return Map.of();
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  @Override
  public byte[] body() {
    return new byte[0];
  }

  @Override
  public String remoteAddress() {
    return request.getRemoteAddr();
  }

  @Override
  public Deadline deadline() {
    return Deadline.in(Duration.ofSeconds(10));
  }
}
