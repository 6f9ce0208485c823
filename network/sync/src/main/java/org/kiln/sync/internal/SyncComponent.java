package org.kiln.sync.internal;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.kiln.api.feed.Feed;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.stream.StreamId;
import org.kiln.core.index.IndexedModels;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.net.PeerScore;
import org.kiln.core.net.PubSub;
import org.kiln.core.net.StreamSync;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.Networks;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamReads;
import org.kiln.sync.Connections;
import org.kiln.sync.Sync;
import org.kiln.sync.SyncNode;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the sync service while there are peers to gossip with. */
@Component(
    configurationPid = "org.kiln.sync",
    immediate = true,
    service = {})
@Designate(ocd = SyncComponent.Config.class)
public final class SyncComponent {
  private static final Logger LOG = LoggerFactory.getLogger(SyncComponent.class);

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln sync")
  public @interface Config {
    @AttributeDefinition(description = "Tell other nodes of tips, ask them, and fetch events.")
    boolean enabled() default true;

    @AttributeDefinition(
        description = "Topic to gossip on instead of the network's; on local networks only.")
    String topic() default "";

    @AttributeDefinition(description = "Questions for tips that are asked in a second, at most.")
    int queriesPerSecond() default 10;
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile BlockFetcher fetcher;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile IndexedModels indexed;

  private final List<ServiceRegistration<?>> published = new ArrayList<>();
  private final SyncNode sync;

  /** Joins the topic of the node's network. */
  @Activate
  public SyncComponent(
      @Reference EventLog log,
      @Reference StreamReads streams,
      @Reference StreamArrivals arrivals,
      @Reference PubSub pubSub,
      @Reference PeerNetwork network,
      @Reference NodeInfo node,
      BundleContext context,
      Config config) {
    if (!config.enabled()) {
      sync = null;
      return;
    }
    String topic =
        Networks.of(node.network())
            .topic(node.network(), config.topic().strip(), new SecureRandom().nextInt());
    sync =
        new SyncNode(
            log,
            streams,
            arrivals,
            pubSub,
            () -> Optional.ofNullable(fetcher),
            connections(network),
            this::isWanted,
            new Sync.Place(topic, node.version(), Math.max(1, config.queriesPerSecond())));
    LOG.info("Tips are told and heard on {}", topic);
    published.add(context.registerService(StreamSync.class, sync.sync(), null));
    published.add(context.registerService(Metrics.class, this::samples, null));
    published.add(context.registerService(PeerScore.class, score(), null));
  }

  private boolean isWanted(StreamId model) {
    IndexedModels models = indexed;
    return models != null && models.indexes(model);
  }

  private static Connections connections(PeerNetwork network) {
    return new Connections() {
      @Override
      public boolean any() {
        return !network.peers().isEmpty();
      }

      @Override
      public boolean has(PeerId peer) {
        return network.peer(peer).isPresent();
      }
    };
  }

  private PeerScore score() {
    return new PeerScore() {
      @Override
      public String name() {
        return "tips";
      }

      @Override
      public OptionalDouble score(PeerId peer) {
        return sync.sync().score(peer);
      }
    };
  }

  private List<Metrics.Sample> samples() {
    Sync.Numbers numbers = sync.sync().numbers();
    return List.of(
        Metrics.Sample.gauge(
            "kiln_sync_members", "Peers that tell and hear of tips.", numbers.members()),
        Metrics.Sample.gauge(
            "kiln_sync_tips", "Streams nobody asked for whose tips are known.", numbers.tips()),
        Metrics.Sample.gauge("kiln_sync_walks", "Tips that are being followed.", numbers.walking()),
        Metrics.Sample.gauge(
            "kiln_sync_waiting", "Tips that wait to be followed.", numbers.waiting()),
        Metrics.Sample.counter(
            "kiln_sync_dropped_total",
            "Tips that were given up for want of room.",
            numbers.dropped()));
  }

  /** What happens on this node can be read. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindFeed(Feed feed) {
    if (sync != null) {
      sync.feed(feed);
    }
  }

  /** It cannot any more. */
  void unbindFeed(Feed feed) {
    if (sync != null) {
      sync.feedGone(feed);
    }
  }

  /** Leaves the topic. */
  @Deactivate
  void deactivate() throws Exception {
    published.reversed().forEach(ServiceRegistration::unregister);
    if (sync != null) {
      sync.close();
    }
  }
}
