package org.kiln.http.v0.internal;

import java.util.Base64;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.access.AuditLog;
import org.kiln.core.lending.Lease;
import org.kiln.core.lending.OptionalService;
import org.kiln.ipld.Json;

/**
 * An admin route whose changes are written down. The gateway cannot do that: for it these routes
 * are public, since they check a signature of their own.
 */
final class AuditedRoute implements HttpRoute {
  private final HttpRoute route;
  private final OptionalService<AuditLog> audit;

  private AuditedRoute(HttpRoute route, OptionalService<AuditLog> audit) {
    this.route = route;
    this.audit = audit;
  }

  /** The route itself, unless it changes something on behalf of an admin. */
  static HttpRoute of(HttpRoute route, OptionalService<AuditLog> audit) {
    return route.pattern().startsWith("/api/v0/admin/") && !route.methods().contains("GET")
        ? new AuditedRoute(route, audit)
        : route;
  }

  @Override
  public String pattern() {
    return route.pattern();
  }

  @Override
  public Set<String> methods() {
    return route.methods();
  }

  @Override
  public Access access() {
    return route.access();
  }

  @Override
  public int maxBodyBytes() {
    return route.maxBodyBytes();
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    int status = 500;
    try {
      HttpReply reply = route.handle(call);
      status = reply.status();
      return reply;
    } catch (HttpProblem e) {
      status = e.status();
      throw e;
    } finally {
      record(call, status);
    }
  }

  private void record(HttpCall call, int status) throws HttpProblem {
    try (Lease<AuditLog> lease = audit.borrow()) {
      if (lease != null) {
        lease
            .service()
            .record(
                status / 100 == 2 ? signer(call) : "",
                call.remoteAddress(),
                call.method() + " " + call.path(),
                Integer.toString(status),
                "");
      }
    }
  }

  /** The {@code kid} of the JWS; to be believed only after the route has checked it. */
  private static String signer(HttpCall call) throws HttpProblem {
    String jws = call.header("Authorization").map(AuditedRoute::afterScheme).orElse("");
    try {
      if (jws.isEmpty()) {
        jws = Json.parseMap(call.body()).text("jws").orElse("");
      }
      int end = jws.indexOf('.');
      byte[] header = Base64.getUrlDecoder().decode(end < 0 ? "" : jws.substring(0, end));
      return Json.parse(header) instanceof Ipld.Map map ? map.text("kid").orElse("") : "";
    } catch (CodecException | IllegalArgumentException e) {
      return "";
    }
  }

  private static String afterScheme(String header) {
    return header.substring(header.lastIndexOf(' ') + 1);
  }
}
