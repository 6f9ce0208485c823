package org.kiln.plugins.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.core.stream.StreamCensus;
import org.kiln.launch.Launcher;
import org.kiln.plugins.PluginSystem;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Brings the plugins back at the node's start, and registers the routes that change them. */
@Component(
    service = {},
    immediate = true,
    configurationPid = PluginsComponent.PID)
@Designate(ocd = PluginsComponent.Config.class)
public final class PluginsComponent {
  static final String PID = "org.kiln.plugins";

  @ObjectClassDefinition(name = "Kiln plugins")
  @interface Config {
    @AttributeDefinition(description = "Where the distribution lies.")
    String home() default "";

    @AttributeDefinition(description = "A folder whose jars are installed as they come and go.")
    String dropIn() default "";

    @AttributeDefinition(description = "Hex SHA-256 of the only jars let in; empty for any.")
    String[] acceptedSha256() default {};

    @AttributeDefinition(
        description = "Milliseconds a plugin has to start or stop, and again to be well.")
    long patienceMs() default 10_000;
  }

  private final PluginSystem plugins;
  private final ServiceRegistration<Startup.Task> starting;
  private final AtomicBoolean withdrawn = new AtomicBoolean();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile StreamCensus census;

  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public PluginsComponent(
      BundleContext context,
      Config config,
      @Reference NodeInfo node,
      @Reference ServiceComponentRuntime components,
      @Reference PluginGuards guards)
      throws IOException {
    Set<String> accepted =
        Stream.of(config.acceptedSha256())
            .map(hash -> hash.strip().toLowerCase(java.util.Locale.ROOT))
            .filter(hash -> !hash.isEmpty())
            .collect(Collectors.toSet());
    starting = context.registerService(Startup.Task.class, () -> "the plugins", null);
    PluginSystem.Settings settings =
        new PluginSystem.Settings(
            node.dataDirectory().resolve("plugins"),
            Path.of(config.home()),
            config.dropIn().isBlank() ? Optional.empty() : Optional.of(Path.of(config.dropIn())),
            accepted,
            config.patienceMs());
    plugins = open(context, components, guards, settings);
    for (HttpRoute route : plugins.routes()) {
      registrations.add(context.registerService(HttpRoute.class, route, null));
    }
  }

  /** Without the list of its plugins a node must not run: it would go on without them. */
  private PluginSystem open(
      BundleContext context,
      ServiceComponentRuntime components,
      PluginGuards guards,
      PluginSystem.Settings settings)
      throws IOException {
    try {
      return new PluginSystem(
          context,
          components,
          guards,
          () -> Optional.ofNullable(census),
          Clock.systemUTC(),
          settings,
          this::started);
    } catch (IOException e) {
      Launcher.of(context).refuse("The plugins cannot be brought back: " + e.getMessage());
      throw e;
    }
  }

  private void started() {
    if (withdrawn.compareAndSet(false, true)) {
      starting.unregister();
    }
  }

  @Deactivate
  void deactivate() {
    started();
    registrations.forEach(ServiceRegistration::unregister);
    plugins.close();
  }
}
