package org.kiln.http.one;

import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.store.StoreException;

/** A route of this face: puts refusals into ceramic-one's forms, or into problem documents. */
final class Endpoint implements HttpRoute {
  static final String BASE = "/ceramic";

  /** A CAR whose one block is as large as a section may be, in base64. */
  static final int MAX_EVENT_BYTES = 6 << 20;

  private static final int MAX_BODY_BYTES = 64 << 10;

  /** What a route does. */
  @FunctionalInterface
  interface Handler {
    HttpReply handle(HttpCall call) throws HttpProblem, Refusal;
  }

  private final String pattern;
  private final Set<String> methods;
  private final int maxBodyBytes;
  private final Handler handler;

  Endpoint(String path, int maxBodyBytes, Handler handler, String... methods) {
    this.pattern = BASE + path;
    this.maxBodyBytes = maxBodyBytes;
    this.handler = handler;
    this.methods = Set.of(methods);
  }

  static Endpoint get(String path, Handler handler) {
    return new Endpoint(path, MAX_BODY_BYTES, handler, "GET");
  }

  static Endpoint post(String path, Handler handler) {
    return new Endpoint(path, MAX_BODY_BYTES, handler, "POST");
  }

  @Override
  public String pattern() {
    return pattern;
  }

  @Override
  public Set<String> methods() {
    return methods;
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  public int maxBodyBytes() {
    return maxBodyBytes;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    try {
      return handler.handle(call);
    } catch (Refusal e) {
      Optional<String> bare = e.bareType();
      if (bare.isPresent() && !OneManners.wantsDocument(call.header("Accept"))) {
        return HttpReply.text(e.problem().status(), bare.get(), e.getMessage());
      }
      throw e.problem();
    } catch (StoreException e) {
      throw Refusal.of(e).problem();
    }
  }
}
