package org.kiln.http.v0;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Retry;
import org.kiln.api.store.StoreException;
import org.kiln.core.stream.StreamException;

/** A route of this face: puts refusals into the status codes of HTTP. */
final class Endpoint implements HttpRoute {
  private static final String BASE = "/api/v0";
  private static final int MAX_BODY_BYTES = 1 << 20;

  private final String pattern;
  private final Set<String> methods;
  private final Handler handler;

  /**
   * A route.
   *
   * @param path after {@code /api/v0}
   */
  Endpoint(String path, Handler handler, String... methods) {
    this.pattern = BASE + path;
    this.methods = Set.of(methods);
    this.handler = handler;
  }

  static Endpoint get(String path, Handler handler) {
    return new Endpoint(path, handler, "GET");
  }

  static Endpoint post(String path, Handler handler) {
    return new Endpoint(path, handler, "POST");
  }

  @Override
  public String pattern() {
    return pattern;
  }

  @Override
  public Set<String> methods() {
    return methods;
  }

  /** Everyone: the admin routes carry a signature of their own (see {@link AdminGate}). */
  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  public int maxBodyBytes() {
    return MAX_BODY_BYTES;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    try {
      return handler.handle(call);
    } catch (StreamException e) {
      throw Problems.of(e);
    } catch (CodecException e) {
      throw Problems.invalid(e.getMessage());
    } catch (StoreException e) {
      throw Problems.of(e);
    } catch (AnswerRoom.FullException e) {
      throw e.forNow()
          ? new HttpProblem(
              503, "busy", e.getMessage(), Retry.after(Duration.ofSeconds(1)), Map.of())
          : new HttpProblem(413, "answer-too-long", e.getMessage());
    }
  }
}
