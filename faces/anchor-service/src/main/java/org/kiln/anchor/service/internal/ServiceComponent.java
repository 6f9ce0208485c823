package org.kiln.anchor.service.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.kiln.anchor.service.ServiceRoutes;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.anchor.TimestampDesk;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.node.NodeInfo;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Publishes the routes when the operator has named clients. */
@Component(
    configurationPid = "org.kiln.anchor.service",
    immediate = true,
    service = {})
@Designate(ocd = ServiceComponent.Config.class)
public final class ServiceComponent {

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln anchor service")
  public @interface Config {
    /** Who may use it. */
    @AttributeDefinition(
        description =
            "DIDs that may ask this node to anchor; * for any that signs its requests,"
                + " anonymous for anybody. Empty: there is no service.")
    String[] clients() default {};

    /** Its name. */
    @AttributeDefinition(
        description = "URL by which clients call this node, when a proxy changes the Host header.")
    String publicUrl() default "";
  }

  private final List<ServiceRegistration<HttpRoute>> registrations = new ArrayList<>();

  /** Registers the routes. */
  @Activate
  public ServiceComponent(
      BundleContext context,
      Config config,
      @Reference TimestampDesk desk,
      @Reference SignatureVerifier verifier,
      @Reference NodeInfo node) {
    Set<String> clients =
        Arrays.stream(config.clients())
            .flatMap(entry -> Arrays.stream(entry.split("[,\\s]+")))
            .filter(entry -> !entry.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    if (clients.isEmpty()) {
      return;
    }
    Optional<String> publicUrl =
        Optional.of(config.publicUrl().strip()).filter(url -> !url.isEmpty());
    ServiceRoutes routes =
        new ServiceRoutes(desk, verifier, clients, publicUrl, List.copyOf(node.supportedChains()));
    for (HttpRoute route : routes.all()) {
      registrations.add(context.registerService(HttpRoute.class, route, null));
    }
  }

  @Deactivate
  void deactivate() {
    registrations.forEach(ServiceRegistration::unregister);
  }
}
