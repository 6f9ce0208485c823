package org.kiln.rehearsal.internal;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.http.HttpManners;
import org.kiln.rehearsal.Stage;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** The node's own HTTP server, under a path that nobody can guess. */
final class HiddenStage implements Stage {
  private static final int SECRET_BYTES = 16;

  /** What is played must not look like what clients do, nor make the node look slow. */
  private static final Dictionary<String, Object> APART =
      FrameworkUtil.asDictionary(Map.of(HttpManners.COUNTED_AS, "kiln_rehearsal"));

  private final BundleContext context;

  HiddenStage(BundleContext context) {
    this.context = context;
  }

  @Override
  public Scene open(List<HttpRoute> routes) throws IOException {
    URI server = endpoint();
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    String secret = HexFormat.of().formatHex(random);
    List<ServiceRegistration<?>> registrations = new ArrayList<>();
    for (HttpRoute route : routes) {
      registrations.add(
          context.registerService(HttpRoute.class, new HiddenRoute(route, secret), APART));
    }
    return new Hidden(server.resolve(HiddenRoute.PREFIX + secret), registrations);
  }

  /** Where the server listens, as the HTTP Whiteboard says it. */
  private URI endpoint() throws IOException {
    try {
      // By name: the server's copy of the specification's classes is of no interest here.
      ServiceReference<?>[] runtimes =
          context.getAllServiceReferences(
              "org.osgi.service.servlet.runtime.HttpServiceRuntime", null);
      return Stream.of(runtimes == null ? new ServiceReference<?>[0] : runtimes)
          .flatMap(HiddenStage::endpoints)
          .filter(endpoint -> endpoint.startsWith("http"))
          .map(URI::create)
          .findFirst()
          .orElseThrow(() -> new IOException("No HTTP server says where it listens"));
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

  private record Hidden(URI base, List<ServiceRegistration<?>> registrations) implements Scene {
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
}
