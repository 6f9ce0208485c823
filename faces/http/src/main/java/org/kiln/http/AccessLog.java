package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request, as key=value pairs; off unless wanted. Query strings stay out of it.
 */
public final class AccessLog {
  /** Says nothing. */
  public static final AccessLog OFF = new AccessLog(false);

  private static final Logger LOG = LoggerFactory.getLogger("kiln.http.access");

  private final boolean on;

  /** A log that is on or off. */
  public AccessLog(boolean on) {
    this.on = on;
  }

  void log(HttpServletRequest request, HttpServletResponse response, long startedNanos) {
    if (!on) {
      return;
    }
    long micros = (System.nanoTime() - startedNanos) / 1000;
    LOG.info(
        "ip={} method={} path=\"{}\" status={} elapsed_ms={}.{}",
        request.getRemoteAddr(),
        request.getMethod(),
        request.getRequestURI().replaceAll("[\"\\p{Cntrl}]", "?"),
        response.getStatus(),
        micros / 1000,
        String.format("%03d", micros % 1000));
  }
}
