package org.kiln.http;

import java.util.concurrent.ThreadLocalRandom;
import org.kiln.api.http.HttpProblem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of what routes throw and should not, and clients only where to look. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static HttpProblem tell(String method, String pattern, Throwable e) {
    String id = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    StackTraceElement[] trace = e.getStackTrace();
    LOG.error(
        "{} {} failed unexpectedly ({}): {} at {}",
        method,
        pattern,
        id,
        e,
        trace.length > 0 ? trace[0] : "an unknown place");
    LOG.debug("Failure {}", id, e);
    return new HttpProblem(
        500, "internal-error", "Internal error " + id + "; the node's log says more");
  }
}
