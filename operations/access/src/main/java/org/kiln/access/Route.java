package org.kiln.access;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

/** One method on one path. */
record Route(String pattern, String method, Access access, Handler handler) implements HttpRoute {
  private static final int MAX_BODY_BYTES = 8192;

  /** Answers a call. */
  @FunctionalInterface
  interface Handler {
    HttpReply handle(HttpCall call) throws HttpProblem;
  }

  @Override
  public Set<String> methods() {
    return Set.of(method);
  }

  @Override
  public int maxBodyBytes() {
    return MAX_BODY_BYTES;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    return handler.handle(call);
  }

  static HttpReply json(int status, Ipld body) {
    return json(status, body, Map.of("Cache-Control", "no-store"));
  }

  static HttpReply json(int status, Ipld body, Map<String, String> headers) {
    return HttpReply.of(status, HttpReply.JSON, List.of(Json.write(body))).withHeaders(headers);
  }

  /** The body as an object; an empty one when there is none. */
  static Ipld.Map body(HttpCall call) throws HttpProblem {
    byte[] body = call.body();
    try {
      return body.length == 0 ? Ipld.Map.EMPTY : Json.parseMap(body);
    } catch (CodecException e) {
      throw new HttpProblem(400, "invalid", "The body is no JSON object: " + e.getMessage());
    }
  }

  static String text(Ipld.Map body, String name) throws HttpProblem {
    return body.text(name)
        .orElseThrow(
            () -> new HttpProblem(400, "invalid", "The body needs the text member " + name));
  }
}
