package org.kiln.http.v0.internal;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.http.v0.Stage;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * Puts routes into the node's own HTTP server for the time of a rehearsal, under a path that nobody
 * can guess, and calls them over connections; where the server speaks TLS only, as they are.
 */
final class LoopbackStages implements Stage.Builder {
  private static final String PREFIX = "/rehearsal/";
  private static final String SECRET = "secret";

  private final BundleContext context;

  LoopbackStages(BundleContext context) {
    this.context = context;
  }

  @Override
  public Stage build(List<HttpRoute> routes) {
    return endpoint().map(server -> loopback(server, routes)).orElseGet(() -> Stage.direct(routes));
  }

  private Stage loopback(URI server, List<HttpRoute> routes) {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String secret = HexFormat.of().formatHex(random);
    List<ServiceRegistration<?>> registrations = new ArrayList<>();
    for (HttpRoute route : routes) {
      registrations.add(
          context.registerService(HttpRoute.class, new HiddenRoute(route, secret), null));
    }
    return new LoopbackStage(server, PREFIX + secret, registrations);
  }

  /** Where the server listens, as the HTTP Whiteboard says it. */
  private Optional<URI> endpoint() {
    try {
      ServiceReference<?>[] runtimes =
          context.getAllServiceReferences(
              "org.osgi.service.servlet.runtime.HttpServiceRuntime", null);
      return Stream.of(runtimes == null ? new ServiceReference<?>[0] : runtimes)
          .flatMap(LoopbackStages::endpoints)
          .filter(endpoint -> endpoint.startsWith("http://"))
          .map(URI::create)
          .findFirst();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("There is no filter", e);
    }
  }

  private static Stream<String> endpoints(ServiceReference<?> runtime) {
    Object endpoints = runtime.getProperty("osgi.http.endpoint");
    return endpoints instanceof String[] many
        ? Stream.of(many)
        : Stream.ofNullable(endpoints).map(Object::toString);
  }

  private record LoopbackStage(
      URI server, String prefix, List<ServiceRegistration<?>> registrations) implements Stage {
    @Override
    public Actor actor() throws IOException {
      return new LoopbackActor(server, prefix);
    }

    @Override
    public void close() {
      for (ServiceRegistration<?> registration : registrations) {
        try {
          registration.unregister();
        } catch (IllegalStateException e) {
          return; // the bundle is stopped, and its services are gone
        }
      }
    }
  }

  /** A route that is there only for those who know the secret. */
  private record HiddenRoute(HttpRoute route, String secret) implements HttpRoute {
    @Override
    public String pattern() {
      return PREFIX + "{" + SECRET + "}" + route.pattern();
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
      if (!call.variable(SECRET).equals(secret)) {
        throw new HttpProblem(404, "not_found", "There is no such route");
      }
      return route.handle(call);
    }
  }
}
