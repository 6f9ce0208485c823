package org.kiln.streams.internal;

import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.kiln.api.stream.StreamList;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamWriter;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.Journal;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.ScratchLogs;
import org.kiln.core.net.StreamSync;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.EventObjections;
import org.kiln.core.stream.ScratchStreams;
import org.kiln.core.stream.StreamCatalogue;
import org.kiln.core.stream.StreamCensus;
import org.kiln.core.stream.StreamService;
import org.kiln.launch.RebuildTask;
import org.kiln.streams.Scratch;
import org.kiln.streams.Streams;
import org.kiln.streams.derive.TreeRoom;
import org.kiln.streams.read.Catalogue;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Publishes the stream service. */
@Component(
    name = "org.kiln.streams",
    immediate = true,
    service = {},
    configurationPolicy = ConfigurationPolicy.OPTIONAL)
@Designate(ocd = StreamsComponent.Config.class)
public final class StreamsComponent {
  /** Each is taken one by one by who uses it. */
  private static final String[] DOORS =
      Stream.of(StreamService.class.getInterfaces()).map(Class::getName).toArray(String[]::new);

  private final Streams streams;
  private final Catalogue catalogue;
  private final List<ServiceRegistration<?>> published;
  private final OptionalService<AnchorRequests> anchoring = new OptionalService<>();
  private final OptionalService<StreamSync> network = new OptionalService<>();

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln streams")
  public @interface Config {
    /** Bound of the states in memory. */
    @AttributeDefinition(description = "Memory for stream states, in MiB")
    int cacheMiB() default 96;

    /** What clients meet at the HTTP face holds for extensions too. */
    @AttributeDefinition(
        description =
            "Extensions write nothing; streams they create are neither anchored nor told of")
    boolean readOnly() default false;

    /** The order of tips that decides last. */
    @AttributeDefinition(description = "Last tie-break between branches: js-ceramic or spec")
    String tieBreak() default "js-ceramic";
  }

  /** Opens the service over the node's log. */
  @Activate
  public StreamsComponent(
      @Reference EventLog log,
      @Reference NodeStore store,
      @Reference Journal journal,
      @Reference ScratchLogs scratchLogs,
      @Reference ExtensionRegistry extensions,
      @Reference SignatureVerifier verifier,
      @Reference NodeInfo node,
      BundleContext context,
      Config config) {
    TieBreak tieBreak = config.tieBreak().equals("spec") ? TieBreak.SPEC : TieBreak.JS_CERAMIC;
    TreeRoom room = TreeRoom.ofHeap();
    this.streams =
        new Streams(
                log,
                store,
                journal,
                extensions,
                verifier,
                Clock.systemUTC(),
                new Streams.Settings(node.network(), tieBreak, config.cacheMiB() * 1024L * 1024L),
                room)
            .start();
    this.catalogue = streams.catalogue(store);
    this.published =
        List.of(
            context.registerService(DOORS, streams, null),
            context.registerService(EventObjections.class, streams.objections(), null),
            context.registerService(StreamReader.class, new ExtensionsReader(streams), null),
            context.registerService(
                StreamWriter.class, new ExtensionsWriter(streams, config.readOnly()), null),
            context.registerService(StreamList.class, new ExtensionsList(catalogue), null),
            context.registerService(
                ScratchStreams.class,
                new Scratch(extensions, verifier, node.network(), scratchLogs, room),
                null),
            context.registerService(Metrics.class, new StreamMetrics(streams), null),
            context.registerService(
                StreamCensus.class, streams.census(store, Clock.systemUTC()), null),
            context.registerService(StreamCatalogue.class, catalogue, null),
            context.registerService(RebuildTask.class, new RebuildStates(streams, store), null));
  }

  /** The anchor service has come; it may come and go while streams are served. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindAnchorRequests(AnchorRequests requests) {
    anchoring.bind(requests);
    use();
  }

  /** The anchor service has gone. */
  void unbindAnchorRequests(AnchorRequests requests) {
    anchoring.unbind(requests);
    use();
  }

  /** Other nodes can be asked; they may come and go while streams are served. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindNetwork(StreamSync sync) {
    network.bind(sync);
    use();
  }

  /** Nobody can be asked any more. */
  void unbindNetwork(StreamSync sync) {
    network.unbind(sync);
    use();
  }

  /** One at a time: what is used is what was there last, however they come and go. */
  private synchronized void use() {
    streams.anchorRequests(anchoring.get().orElse(null));
    streams.network(network.get().orElse(null));
  }

  /** Withdraws the service and writes what is not written yet. */
  @Deactivate
  void deactivate() {
    published.forEach(ServiceRegistration::unregister);
    catalogue.close();
    streams.close();
  }
}
