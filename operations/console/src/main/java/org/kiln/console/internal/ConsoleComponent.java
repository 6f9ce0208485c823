package org.kiln.console.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.net.PeerNetwork;
import org.kiln.console.Console;
import org.kiln.console.Parts;
import org.kiln.core.anchor.AnchorControl;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.PeerScore;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamCatalogue;
import org.kiln.core.stream.StreamCensus;
import org.kiln.core.stream.StreamPins;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamStats;
import org.osgi.framework.BundleContext;
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

/** Registers the console's routes. What the pages look at may come and go. */
@Component(
    name = "org.kiln.console",
    immediate = true,
    service = {})
@Designate(ocd = ConsoleComponent.Config.class)
public final class ConsoleComponent {

  @ObjectClassDefinition(name = "Kiln console")
  @interface Config {
    @AttributeDefinition(
        description = "Milliseconds between two points of the charts while somebody watches.")
    long samplingMs() default 2_000;
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<Metrics> metrics;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile EventLog log;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile StreamReads streams;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile StreamPins pins;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile StreamStats streamStats;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile StreamCatalogue catalogue;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile StreamCensus census;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile AnchorControl anchors;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile PeerNetwork network;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<PeerScore> scores;

  private final Console console;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public ConsoleComponent(BundleContext context, @Reference NodeInfo node, Config config) {
    Parts parts =
        new Parts(
            node,
            () -> metrics == null ? List.of() : metrics,
            () -> Optional.ofNullable(log),
            () -> Optional.ofNullable(streams),
            () -> Optional.ofNullable(pins),
            () -> Optional.ofNullable(streamStats),
            () -> Optional.ofNullable(catalogue),
            () -> Optional.ofNullable(census),
            () -> Optional.ofNullable(anchors),
            () -> Optional.ofNullable(network),
            () -> scores == null ? List.of() : scores,
            new FrameworkSystemConsole(context));
    console = new Console(parts, Duration.ofMillis(Math.max(500, config.samplingMs())));
    for (HttpRoute route : console.routes()) {
      registrations.add(context.registerService(HttpRoute.class, route, null));
    }
  }

  @Deactivate
  void deactivate() {
    console.close();
    registrations.forEach(ServiceRegistration::unregister);
  }
}
