package org.kiln.api.http;

import java.util.Map;
import java.util.Objects;
import org.kiln.api.plugin.Retry;
import org.kiln.api.plugin.Retryable;

/**
 * An answer that is an error. The gateway writes {@code {"error": message, "code": code, …}}; the
 * message is what clients show, the code is stable for programs.
 */
public final class HttpProblem extends Exception implements Retryable {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Retry retry;
  private final Map<String, String> details;

  /**
   * An error. One with a status that says "not now" (429, 503, 504) may pass, nobody knows when.
   *
   * @param status 4xx or 5xx
   * @param code lower-case words with hyphens, for example {@code stream-type-unavailable}
   * @param message a sentence that says what is wrong and where
   */
  public HttpProblem(int status, String code, String message) {
    this(
        status,
        code,
        message,
        Retry.when(status == 429 || status == 503 || status == 504),
        Map.of());
  }

  /**
   * An error that may pass.
   *
   * @param status 4xx or 5xx
   * @param code lower-case words with hyphens
   * @param message a sentence that says what is wrong and where
   * @param retry whether it may pass; its time is the Retry-After header
   * @param details further members of the body
   */
  public HttpProblem(
      int status, String code, String message, Retry retry, Map<String, String> details) {
    // No stack trace: these are answers, made in numbers by whoever sends nonsense.
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.retry = Objects.requireNonNull(retry, "retry");
    this.details = Map.copyOf(details);
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The stable code. */
  public String code() {
    return code;
  }

  @Override
  public Retry retry() {
    return retry;
  }

  /** Further members of the body. */
  public Map<String, String> details() {
    return details;
  }
}
