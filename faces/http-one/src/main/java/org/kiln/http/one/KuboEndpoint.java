package org.kiln.http.one;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.store.StoreException;
import org.kiln.ipld.Json;

/** A route of the Kubo RPC: always POST, parameters in the query, errors in Kubo's words. */
final class KuboEndpoint implements HttpRoute {
  static final String BASE = "/api/v0";

  /** What a route does. */
  @FunctionalInterface
  interface Handler {
    HttpReply handle(HttpCall call) throws Refused, Internal, Refusal;
  }

  /** A request that is answered {@code {"Message", "Code", "Type"}}. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    Refused(int status, String message) {
      super(message, null, false, false);
      this.status = status;
    }

    static Refused invalid(String message) {
      return new Refused(400, message);
    }
  }

  /** What ceramic-one says nothing of but that it failed; mostly that something is not here. */
  static final class Internal extends Exception {
    private static final long serialVersionUID = 1L;

    Internal() {
      super("An internal error occurred", null, false, false);
    }
  }

  private final String pattern;
  private final Handler handler;

  KuboEndpoint(String path, Handler handler) {
    this.pattern = BASE + path;
    this.handler = handler;
  }

  @Override
  public String pattern() {
    return pattern;
  }

  @Override
  public Set<String> methods() {
    return Set.of("POST");
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  public int maxBodyBytes() {
    return 64 << 10;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    try {
      return handler.handle(call);
    } catch (Refused e) {
      // Numbers are floats there.
      String message = new String(Json.write(Ipld.of(e.getMessage())), Body.TEXT);
      return json(e.status, "{\"Message\":" + message + ",\"Code\":0.0,\"Type\":\"error\"}");
    } catch (Internal e) {
      return HttpReply.text(500, "", e.getMessage());
    } catch (Refusal e) {
      return HttpReply.text(e.problem().status(), "", e.getMessage());
    } catch (StoreException e) {
      throw Refusal.of(e).problem();
    }
  }

  private static HttpReply json(int status, String text) {
    return HttpReply.of(status, OneManners.JSON, List.of(text.getBytes(Body.TEXT)));
  }

  /** A parameter that must be there. */
  static String argument(HttpCall call) throws Refusal {
    return call.query("arg")
        .orElseThrow(() -> Refusal.unparsable("Missing required query parameter arg"));
  }

  /** A parameter that says yes or no. */
  static Optional<Boolean> flag(HttpCall call, String name) throws Refusal {
    Optional<String> text = call.query(name);
    if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
      throw Refusal.unparsable(
          "Couldn't parse query parameter "
              + name
              + " - doesn't match schema: provided string was not `true` or `false`");
    }
    return text.map("true"::equals);
  }
}
