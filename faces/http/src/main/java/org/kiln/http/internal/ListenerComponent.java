package org.kiln.http.internal;

import java.util.List;
import java.util.Optional;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.StatusSection;
import org.kiln.http.Listener;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** A further address of the HTTP server, as it is configured. */
@Component(
    configurationPid = ListenerComponent.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    immediate = true,
    service = {Metrics.class, StatusSection.class})
@Designate(ocd = ListenerComponent.Config.class, factory = true)
public final class ListenerComponent implements Metrics, StatusSection {
  static final String PID = "kiln.http.listener";

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln HTTP listener")
  @interface Config {
    @AttributeDefinition(
        name = "name",
        description = "Its name, which routes say and the status shows.")
    String listener();

    @AttributeDefinition(description = "HOST:PORT, port 0 for any that is free; empty for nowhere.")
    String address() default "";

    @AttributeDefinition(description = "The node's setting that says where, for messages.")
    String setting() default "";
  }

  private final Listener listener;
  private final Optional<ServiceRegistration<ConnectorFactory>> registration;

  /**
   * For SCR, which wants component classes and their constructors public. Felix takes connectors of
   * one kind only, which have an address: without one it must not be given any.
   */
  @Activate
  public ListenerComponent(BundleContext context, Config config) {
    listener = new Listener(config.listener(), config.address(), config.setting());
    registration =
        listener.bind()
            ? Optional.of(
                context.registerService(ConnectorFactory.class, listener::connector, null))
            : Optional.empty();
  }

  @Deactivate
  void deactivate() {
    registration.ifPresent(ServiceRegistration::unregister);
    listener.close();
  }

  @Override
  public String name() {
    return listener.name();
  }

  @Override
  public Ipld value() {
    return listener.status();
  }

  @Override
  public List<Sample> samples() {
    return listener.samples();
  }
}
