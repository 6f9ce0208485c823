package org.kiln.anchor.internal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.anchor.AnchorService;
import org.kiln.anchor.AnchorSettings;
import org.kiln.anchor.AnchoredStreams;
import org.kiln.anchor.OperatorRoutes;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.anchor.AnchorControl;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.anchor.TimestampDesk;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.log.NodeStore;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamAnchors;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.TimeEventWrites;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
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

/** Publishes the anchor room: one object under the names of all it does. */
@Component(
    configurationPid = "org.kiln.anchor",
    immediate = true,
    service = {})
@Designate(ocd = AnchorComponent.Config.class)
public final class AnchorComponent {

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln anchoring")
  public @interface Config {
    @AttributeDefinition(description = "Whether requests for time events are taken at all.")
    boolean enabled() default true;

    @AttributeDefinition(
        description = "Whether batches begin by themselves; if not, only at 'kiln anchor now'.")
    boolean automatic() default true;

    @AttributeDefinition(
        description =
            "The chain written to, as CAIP-2 text, or 'cas:remote' for a Ceramic Anchor Service."
                + " Empty: the first chain of the node's network.")
    String chain() default "";

    @AttributeDefinition(
        description =
            "Keys of the node's settings that writing to an Ethereum-like chain needs and that are"
                + " not set; for the sentence that tells the operator.")
    String[] missing() default {};

    @AttributeDefinition(
        description =
            "Milliseconds the oldest request waits for company. -1: one minute on an in-memory"
                + " chain, else one hour.")
    long batchIntervalMs() default -1;

    @AttributeDefinition(
        description = "A batch begins at once when so many requests wait, and holds no more.")
    int batchMaxRequests() default 100_000;

    @AttributeDefinition(description = "Milliseconds one call to the chain may take.")
    long callTimeoutMs() default 60_000;

    @AttributeDefinition(description = "Milliseconds between two questions after a transaction.")
    long pollIntervalMs() default 5_000;

    @AttributeDefinition(
        description = "Milliseconds of pause after a failure; doubles with each further one.")
    long retryFirstMs() default 1_000;

    @AttributeDefinition(description = "Longest pause after a failure in milliseconds.")
    long retryMostMs() default 300_000;

    @AttributeDefinition(description = "Time events written side by side.")
    int deliveriesInFlight() default 1_536;

    @AttributeDefinition(description = "Days for which finished requests of other nodes are kept.")
    int ticketRetentionDays() default 30;
  }

  private static final String[] NAMES = {
    AnchorRequests.class.getName(),
    AnchorControl.class.getName(),
    TimestampDesk.class.getName(),
    Metrics.class.getName()
  };

  /**
   * As long as js-ceramic's in-memory anchoring takes: a client whose handle has not seen the time
   * event is refused its next update, so whoever thinks between two writes must have time to.
   */
  private static final long IN_MEMORY_INTERVAL_MS = 60_000;

  private static final long INTERVAL_MS = 3_600_000;

  private final BundleContext context;
  private final AnchorService service;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

  /*
   * Only references are held: the room of streams itself refers to this component, and getting its
   * services while it is being activated would be a circle.
   */

  @Reference(
      service = StreamReads.class,
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile ServiceReference<StreamReads> reads;

  @Reference(
      service = TimeEventWrites.class,
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile ServiceReference<TimeEventWrites> writes;

  @Reference(
      service = StreamAnchors.class,
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile ServiceReference<StreamAnchors> anchors;

  /** Opens the room over the node's store. */
  @Activate
  public AnchorComponent(
      BundleContext context,
      Config config,
      @Reference NodeStore store,
      @Reference ExtensionRegistry extensions,
      @Reference NodeInfo node) {
    this.context = context;
    this.service =
        new AnchorService(
            store,
            extensions,
            this::streams,
            settings(config, node),
            List.of(config.missing()),
            InstantSource.system());
    registrations.add(context.registerService(NAMES, service, null));
    for (HttpRoute route : OperatorRoutes.of(service)) {
      registrations.add(context.registerService(HttpRoute.class, route, null));
    }
  }

  @Deactivate
  void deactivate() {
    registrations.forEach(ServiceRegistration::unregister);
    service.close();
  }

  private Optional<AnchoredStreams> streams() {
    return service(reads)
        .flatMap(
            read ->
                service(writes)
                    .flatMap(
                        write ->
                            service(anchors)
                                .map(anchor -> new AnchoredStreams(read, write, anchor))));
  }

  private <S> Optional<S> service(ServiceReference<S> reference) {
    return Optional.ofNullable(reference).map(context::getService);
  }

  private static AnchorSettings settings(Config config, NodeInfo node) {
    String chain = config.chain();
    if (chain.isBlank()) {
      chain = node.supportedChains().stream().findFirst().orElse("inmemory:12345");
    }
    long interval = config.batchIntervalMs();
    if (interval < 0) {
      interval = chain.startsWith("inmemory:") ? IN_MEMORY_INTERVAL_MS : INTERVAL_MS;
    }
    return new AnchorSettings(
        config.enabled(),
        config.automatic(),
        chain,
        Duration.ofMillis(interval),
        config.batchMaxRequests(),
        Duration.ofMillis(config.callTimeoutMs()),
        Duration.ofMillis(config.pollIntervalMs()),
        Duration.ofMillis(config.retryFirstMs()),
        Duration.ofMillis(config.retryMostMs()),
        config.deliveriesInFlight(),
        Duration.ofDays(config.ticketRetentionDays()));
  }
}
