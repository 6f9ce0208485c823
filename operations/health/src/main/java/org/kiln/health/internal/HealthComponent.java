package org.kiln.health.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.guard.PluginGuards.Guarded;
import org.kiln.core.guard.PluginUnavailableException;
import org.kiln.core.http.HttpManners;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.core.stream.StreamReads;
import org.kiln.health.CarrierWatch;
import org.kiln.health.HealthChecks;
import org.kiln.health.HealthRoutes;
import org.kiln.health.YoungGeneration;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Registers the health and metrics routes. */
@Component(
    configurationPid = HealthComponent.PID,
    service = {},
    immediate = true)
@Designate(ocd = HealthComponent.Config.class)
public final class HealthComponent {
  static final String PID = "kiln.health";

  /** Much longer than a turn takes on a machine that is only busy. */
  private static final Duration TURN = Duration.ofSeconds(2);

  /** A node that nobody uses keeps 25 to 37 MiB there, garbage of its start included. */
  private static final long AT_REST_BYTES = 48L << 20;

  @ObjectClassDefinition(name = "Kiln health")
  @interface Config {
    @AttributeDefinition(
        description = "Milliseconds a part of the node may take to say how it does.")
    long checkTimeoutMs() default 2_000;
  }

  private final PluginGuards guards;
  private final Map<PluginHealth, Guarded<PluginHealth>> guarded =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final HealthChecks checks;
  private final List<Metrics> sources = new CopyOnWriteArrayList<>();
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private final CarrierWatch watch;
  private final YoungGeneration young;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile StreamReads streams;

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public HealthComponent(
      BundleContext context,
      Config config,
      @Reference PluginGuards guards,
      @Reference Startup startup,
      @Reference NodeInfo node) {
    this.guards = guards;
    checks = new HealthChecks(Duration.ofMillis(config.checkTimeoutMs()));
    HealthRoutes routes =
        new HealthRoutes(checks, () -> streams != null, startup, () -> List.copyOf(sources));
    sources.add(HealthRoutes.build(node));
    for (HttpRoute route : routes.routes()) {
      registrations.add(context.registerService(HttpRoute.class, route, listeners(route)));
    }
    registrations.add(context.registerService(HttpRoute.class, HealthRoutes.front(node), null));
    watch = new CarrierWatch(TURN);
    young = new YoungGeneration(AT_REST_BYTES);
  }

  /** Numbers also have an address of their own, when {@code metrics.address} names one. */
  private static Dictionary<String, Object> listeners(HttpRoute route) {
    return route.pattern().equals(HealthRoutes.METRICS)
        ? FrameworkUtil.asDictionary(
            Map.of(HttpManners.LISTENERS, new String[] {HttpManners.MAIN, "metrics"}))
        : null;
  }

  @Deactivate
  void deactivate() {
    watch.close();
    young.close();
    registrations.forEach(ServiceRegistration::unregister);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindMetrics(Metrics source) {
    sources.add(source);
  }

  void unbindMetrics(Metrics source) {
    sources.remove(source);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindHealth(PluginHealth part, Map<String, Object> properties) {
    Object name = properties.getOrDefault("component.name", part.getClass().getName());
    try {
      Guarded<PluginHealth> behind = guards.guard(PluginHealth.class, part, properties);
      guarded.put(part, behind);
      checks.add(behind.service(), Objects.toString(name));
    } catch (PluginUnavailableException e) {
      throw new IllegalStateException(e); // health has no constants to ask for
    }
  }

  void unbindHealth(PluginHealth part) {
    Guarded<PluginHealth> behind = guarded.remove(part);
    if (behind != null) {
      checks.remove(behind.service());
      behind.leave();
    }
  }
}
