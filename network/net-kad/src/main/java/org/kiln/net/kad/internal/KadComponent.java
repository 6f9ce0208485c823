package org.kiln.net.kad.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.net.ContentRouting;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.Networks;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamPins;
import org.kiln.net.kad.DhtScope;
import org.kiln.net.kad.DualRouting;
import org.kiln.net.kad.KadSettings;
import org.kiln.net.kad.Kademlia;
import org.kiln.net.kad.ProviderLog;
import org.kiln.net.kad.ProviderStore;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Runs Kademlia while the network is on, one DHT for the internet and one for the local network,
 * and says which streams are pinned here.
 */
@Component(
    configurationPid = "org.kiln.net.kad",
    immediate = true,
    service = {})
@Designate(ocd = KadComponent.Config.class)
public final class KadComponent {
  private static final int SAVE_S = 5;

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln Kademlia")
  public @interface Config {
    /** The mode. */
    @AttributeDefinition(
        description =
            "server: ask and answer; client: only ask; off. auto: server on local networks and"
                + " where a public address is listened on.")
    String mode() default "auto";
  }

  private final List<TableMaintenance> duties = new ArrayList<>();
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private ScheduledExecutorService keeping;
  private ProviderLog log;

  /** Starts it. */
  @Activate
  public KadComponent(
      BundleContext context,
      Config config,
      @Reference PeerNetwork network,
      @Reference NodeInfo node,
      @Reference StreamPins pins) {
    if (config.mode().equals("off")) {
      return;
    }
    boolean always = config.mode().equals("server");
    boolean listens = !network.addresses().isEmpty() && !config.mode().equals("client");
    boolean local = Networks.of(node.network()).bootstrap().isEmpty();
    boolean server = always || listens && (local || listensPublicly(network));
    // On its own network a node that listens can be reached, whatever the internet sees of it.
    boolean lanServer = always || listens;
    ProviderStore providers = new ProviderStore();
    Kademlia wan = new Kademlia(network, settings(server), providers);
    Kademlia lan = new Kademlia(network, settings(lanServer).lan(), providers);
    if (lanServer) {
      keep(providers, node.dataDirectory().resolve("libp2p").resolve("providers"));
    }
    for (Kademlia kad : List.of(wan, lan)) {
      duties.add(new TableMaintenance(kad, pins));
    }
    registrations.add(
        context.registerService(ContentRouting.class, new DualRouting(wan, lan), null));
    if (server) {
      registrations.add(context.registerService(NetworkProtocol.class, wan, null));
    }
    if (lanServer) {
      registrations.add(context.registerService(NetworkProtocol.class, lan, null));
    }
    registrations.add(
        context.registerService(Metrics.class, new KadMetrics(wan, lan, providers), null));
  }

  private static KadSettings settings(boolean server) {
    return server ? KadSettings.SERVER : KadSettings.CLIENT;
  }

  private void keep(ProviderStore providers, Path file) {
    log = ProviderLog.open(file, providers);
    keeping =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("kad keep").factory());
    TableMaintenance.repeat(keeping, log::save, SAVE_S);
  }

  private static boolean listensPublicly(PeerNetwork network) {
    return network.addresses().stream()
        .flatMap(address -> address.socket().stream())
        .map(socket -> socket.getAddress())
        .anyMatch(DhtScope::isPublic);
  }

  /** Stops it. */
  @Deactivate
  public void stop() {
    registrations.forEach(ServiceRegistration::unregister);
    duties.forEach(TableMaintenance::stop);
    if (keeping != null) {
      keeping.shutdown();
      log.save();
    }
  }
}
