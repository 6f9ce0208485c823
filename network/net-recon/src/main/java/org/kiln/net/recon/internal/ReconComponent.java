package org.kiln.net.recon.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NodeStore;
import org.kiln.core.net.Interests;
import org.kiln.core.net.PeerScore;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.EventObjections;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.net.recon.BlockedPeers;
import org.kiln.net.recon.Recon;
import org.kiln.net.recon.ReconSettings;
import org.kiln.net.recon.kept.ReconTable;
import org.kiln.net.recon.model.EventIntake;
import org.kiln.net.recon.model.EventSpace;
import org.kiln.net.recon.model.WantedRanges;
import org.kiln.net.recon.operator.ReconRoutes;
import org.kiln.net.recon.peer.PeerRing;
import org.kiln.net.recon.range.KeyRange;
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

/** Attaches Recon to the node's peer connections when there are any. */
@Component(
    configurationPid = "org.kiln.net.recon",
    immediate = true,
    service = {})
@Designate(ocd = ReconComponent.Config.class)
public final class ReconComponent {
  /** Settings. */
  @ObjectClassDefinition(name = "Kiln Recon")
  public @interface Config {
    @AttributeDefinition(description = "Hold events and addresses in common with other nodes.")
    boolean enabled() default true;

    @AttributeDefinition(description = "Models whose events are wanted, by their ids; or: all.")
    String[] interests() default {};

    @AttributeDefinition(description = "Peers that Recon is not spoken with, by their ids.")
    String[] blockedPeers() default {};
  }

  /** What clients have asked for. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Interests asked;

  private final List<ServiceRegistration<?>> published = new ArrayList<>();
  private final Recon recon;
  private final RingKeeper keeper;

  /** Begins to talk. */
  @Activate
  public ReconComponent(
      @Reference PeerNetwork network,
      @Reference NodeInfo node,
      @Reference EventLog log,
      @Reference StreamArrivals arrivals,
      @Reference EventObjections objections,
      @Reference NodeStore store,
      BundleContext context,
      Config config) {
    if (!config.enabled()) {
      recon = null;
      keeper = null;
      return;
    }
    List<String> interests = given(config.interests()).toList();
    List<KeyRange> wanted =
        interests.stream().map(text -> WantedRanges.parse(node.network(), text)).toList();
    ReconTable table = new ReconTable(store);
    Set<PeerId> always = new HashSet<>(given(config.blockedPeers()).map(PeerId::parse).toList());
    BlockedPeers blocked = new BlockedPeers(always, table.blocked());
    WantedRanges ranges = new WantedRanges(node.network(), wanted, () -> asked);
    EventSpace events =
        new EventSpace(
            log, objections, new EventIntake(log, arrivals, objections, node.network()), ranges);
    PeerRing ring = new PeerRing(network, Clock.systemUTC());
    recon = new Recon(network, List.of(ring, events), ReconSettings.USUAL, blocked);
    keeper = new RingKeeper(network, ring, table, blocked).start();
    published.add(
        context.registerService(
            new String[] {NetworkProtocol.class.getName(), PeerScore.class.getName()},
            recon,
            null));
    published.add(
        context.registerService(Metrics.class, new ReconMetrics(recon, events, ring), null));
    for (HttpRoute route : new ReconRoutes(recon, blocked, table, wanted(interests)).routes()) {
      published.add(context.registerService(HttpRoute.class, route, null));
    }
  }

  private ReconRoutes.Wanted wanted(List<String> interests) {
    return new ReconRoutes.Wanted() {
      @Override
      public List<String> fixed() {
        return interests;
      }

      @Override
      public Optional<Interests> asked() {
        return Optional.ofNullable(asked);
      }
    };
  }

  private static Stream<String> given(String[] setting) {
    return Arrays.stream(setting).map(String::strip).filter(text -> !text.isEmpty());
  }

  /** Talks to nobody any more. */
  @Deactivate
  void deactivate() {
    published.reversed().forEach(ServiceRegistration::unregister);
    if (recon != null) {
      keeper.close();
      recon.close();
    }
  }
}
