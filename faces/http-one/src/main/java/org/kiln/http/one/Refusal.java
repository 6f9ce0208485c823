package org.kiln.http.one;

import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.plugin.Retry;
import org.kiln.api.store.StoreException;
import org.kiln.core.stream.StreamException;

/** An answer that is an error, in one of the forms that ceramic-one has for them. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the body looks like, for who does not accept problem documents. */
  enum Form {
    /** {@code {"message": …}}. */
    MESSAGE,
    /** The bare text under a content type of its own. */
    TEXT,
    /** The bare text under none: what ceramic-one's generated code refuses. */
    UNTYPED
  }

  private final Form form;
  private final transient HttpProblem problem;

  private Refusal(Form form, HttpProblem problem) {
    super(problem.getMessage(), null, false, false);
    this.form = form;
    this.problem = problem;
  }

  static Refusal invalid(String message) {
    return new Refusal(Form.MESSAGE, new HttpProblem(400, "invalid", message));
  }

  /** What ceramic-one answers with 500 although the request is at fault. */
  static Refusal failed(String message) {
    return new Refusal(Form.MESSAGE, new HttpProblem(500, "failed", message));
  }

  static Refusal unparsable(String message) {
    return new Refusal(Form.UNTYPED, new HttpProblem(400, "unparsable", message));
  }

  static Refusal notFound(String text) {
    return new Refusal(Form.TEXT, new HttpProblem(404, "not-found", text));
  }

  static Refusal of(HttpProblem problem) {
    return new Refusal(Form.MESSAGE, problem);
  }

  static Refusal busy(String message) {
    return of(new HttpProblem(503, "busy", message));
  }

  static Refusal of(StreamException e, String prefix) {
    String message = prefix + e.getMessage();
    return of(
        switch (e.reason()) {
          case INVALID -> new HttpProblem(400, "invalid", message);
          case CONFLICT -> new HttpProblem(409, "conflict", message);
          case NOT_FOUND -> new HttpProblem(400, "missing", message, Retry.LATER, e.details());
          case UNAVAILABLE ->
              new HttpProblem(503, "unavailable", message, Retry.LATER, e.details());
          case BUSY -> new HttpProblem(503, "busy", message);
          case STORAGE -> new HttpProblem(507, "storage", message, Retry.NEVER, Map.of());
        });
  }

  static Refusal of(StoreException e) {
    return of(
        e.kind() == StoreException.Kind.FULL
            ? new HttpProblem(507, "storage", "The node's disk is full")
            : new HttpProblem(500, "storage", "The node's store fails: " + e.getMessage()));
  }

  /** The content type of the bare text; empty for none, absent when it is no bare text. */
  Optional<String> bareType() {
    return switch (form) {
      case MESSAGE -> Optional.empty();
      case TEXT -> Optional.of("text/plain");
      case UNTYPED -> Optional.of("");
    };
  }

  HttpProblem problem() {
    return problem;
  }
}
