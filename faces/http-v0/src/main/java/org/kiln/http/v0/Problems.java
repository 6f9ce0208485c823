package org.kiln.http.v0;

import java.time.Duration;
import java.util.Map;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.plugin.Retry;
import org.kiln.api.store.StoreException;
import org.kiln.core.stream.StreamException;

/**
 * Errors of this face. js-ceramic answers 500 to everything; clients test only whether the status
 * is below 300 and read the text, so the texts are its own and the statuses are right.
 */
final class Problems {
  private static final int SOON_SECONDS = 1;
  private static final int LATER_SECONDS = 5;

  private Problems() {}

  static HttpProblem invalid(String message) {
    return new HttpProblem(400, "invalid", message);
  }

  static HttpProblem notFound(String message) {
    return new HttpProblem(404, "not-found", message);
  }

  static HttpProblem unavailable(String message) {
    return new HttpProblem(
        503, "unavailable", message, Retry.after(Duration.ofSeconds(LATER_SECONDS)), Map.of());
  }

  static HttpProblem of(StreamException e) {
    return switch (e.reason()) {
      case INVALID -> problem(400, "invalid", e, Retry.NEVER);
      case CONFLICT -> problem(409, "conflict", e, Retry.NEVER);
      case NOT_FOUND -> problem(404, "not-found", e, Retry.NEVER);
      case UNAVAILABLE ->
          problem(503, "unavailable", e, Retry.after(Duration.ofSeconds(LATER_SECONDS)));
      case BUSY -> problem(503, "busy", e, Retry.after(Duration.ofSeconds(SOON_SECONDS)));
      case STORAGE -> problem(507, "storage", e, Retry.NEVER);
    };
  }

  static HttpProblem of(StoreException e) {
    return switch (e.kind()) {
      case FULL -> new HttpProblem(507, "storage", "The node's disk is full");
      case CLOSED, LOCKED -> unavailable("The node's store is not open");
      case CORRUPT, IO ->
          new HttpProblem(500, "storage", "The node's store fails: " + e.getMessage());
    };
  }

  private static HttpProblem problem(int status, String code, StreamException e, Retry retry) {
    return new HttpProblem(status, code, e.getMessage(), retry, e.details());
  }
}
