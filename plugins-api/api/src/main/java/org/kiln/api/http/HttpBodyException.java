package org.kiln.api.http;

import java.io.IOException;
import java.util.Objects;

/**
 * The body of a request cannot be read on, for a reason that its client must hear: it is too large,
 * ended early, comes too slowly or is not encoded as it says. A route that reads a body as a stream
 * answers with {@link #problem()}; any other IOException on the way is its own.
 */
public final class HttpBodyException extends IOException {
  private static final long serialVersionUID = 1L;

  private final HttpProblem problem;

  /** With the answer for the client. */
  public HttpBodyException(HttpProblem problem) {
    super(Objects.requireNonNull(problem, "problem").getMessage());
    this.problem = problem;
  }

  /** What to answer: 400, 408, 413 or 503. */
  public HttpProblem problem() {
    return problem;
  }
}
