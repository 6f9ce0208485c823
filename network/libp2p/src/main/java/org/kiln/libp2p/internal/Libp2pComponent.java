package org.kiln.libp2p.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.guard.PluginGuards.Guarded;
import org.kiln.core.guard.PluginUnavailableException;
import org.kiln.core.lending.Rank;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.Networks;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.core.node.StatusSection;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.launch.Launcher;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostLimits;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.host.Reach;
import org.kiln.libp2p.key.Ed25519Check;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.mplex.Mplex;
import org.kiln.libp2p.yamux.Yamux;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
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

/**
 * Runs the host beside the node's start, publishes {@link PeerNetwork} when it stands, and attaches
 * the protocols there are. With the network switched off it loads nothing.
 */
@Component(
    configurationPid = "org.kiln.libp2p",
    immediate = true,
    service = {})
@Designate(ocd = Libp2pComponent.Config.class)
public final class Libp2pComponent {
  private static final Logger LOG = LoggerFactory.getLogger(Libp2pComponent.class);

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln peer connections")
  public @interface Config {
    @AttributeDefinition(
        description = "true, false, or auto: on every network but the one in memory.")
    String enabled() default "auto";

    @AttributeDefinition(
        description =
            "TCP and QUIC addresses to listen on, for example /ip4/0.0.0.0/tcp/4101 and"
                + " /ip4/0.0.0.0/udp/4101/quic-v1.")
    String[] listen() default {"/ip4/127.0.0.1/tcp/4101", "/ip4/127.0.0.1/udp/4101/quic-v1"};

    @AttributeDefinition(
        description = "Addresses, with their /p2p/ part, of peers to stay connected to.")
    String[] peers() default {};

    @AttributeDefinition(
        description =
            "auto: find others through the network's own bootstrap peers, where it has such; off.")
    String bootstrap() default "auto";

    @AttributeDefinition(description = "The only peers to talk to. Empty: any.")
    String[] allowedPeers() default {};

    @AttributeDefinition(
        description =
            "Private ranges, in CIDR form, that may be dialled when peers name addresses there."
                + " Empty: loopback and private ranges on local networks, none elsewhere.")
    String[] privateRanges() default {};

    @AttributeDefinition(description = "Speak mplex to peers that have no yamux.")
    boolean mplex() default false;
  }

  /** What streams under way have to end; those that live as long as their connection do not. */
  private static final Duration DRAIN = Duration.ofSeconds(2);

  /** A plugin has that long to come back, by its manager's patience. */
  private static final Duration PARK = Duration.ofSeconds(10);

  private static final List<String> LOCAL_RANGES =
      List.of(
          "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "::1/128");

  private final BundleContext context;
  private final Launcher launcher;
  private final PluginGuards guards;
  private final Map<NetworkProtocol, Rank> protocols = new IdentityHashMap<>();

  /** What is attached, by the service it stands for. */
  private final Map<NetworkProtocol, Guarded<NetworkProtocol>> guarded =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private SignatureSuite suite;
  private Host host;
  private boolean stopped;

  /** Begins to start the host, unless it is switched off. */
  @Activate
  public Libp2pComponent(
      BundleContext context,
      Config config,
      @Reference NodeInfo node,
      @Reference PluginGuards guards) {
    this.context = context;
    this.launcher = Launcher.of(context);
    this.guards = guards;
    boolean on =
        switch (config.enabled()) {
          case "auto" -> !node.network().equals(NetworkId.INMEMORY);
          default -> Boolean.parseBoolean(config.enabled());
        };
    if (!on) {
      registrations.add(context.registerService(Metrics.class, HostMetrics.OFF, null));
    } else {
      // Binding and key loading take longer than the others should wait.
      ServiceRegistration<Startup.Task> starting =
          context.registerService(Startup.Task.class, () -> "the network", null);
      Thread.ofPlatform()
          .daemon()
          .name("libp2p start")
          .start(
              () -> {
                try {
                  start(config, node);
                } finally {
                  withdraw(starting);
                }
              });
    }
  }

  private static void withdraw(ServiceRegistration<?> starting) {
    try {
      starting.unregister();
    } catch (IllegalStateException e) {
      // The bundle has stopped meanwhile, and its services have gone with it.
    }
  }

  /** Peers know the node by its key: without it, it must not run as another. */
  private HostKey key(Path file) throws IOException {
    try {
      return HostKey.load(file);
    } catch (IOException e) {
      launcher.refuse(e.getMessage());
      throw e;
    }
  }

  private void start(Config config, NodeInfo node) {
    try {
      Path keyFile = node.dataDirectory().resolve("libp2p").resolve("identity.key");
      Host fresh = new Host(key(keyFile), settings(config, node));
      fresh.bootstrapFrom(bootstrap(config, node));
      fresh.rememberIn(keyFile.resolveSibling("addresses"));
      run(fresh);
    } catch (IOException | RuntimeException e) {
      LOG.error("The network stays off: {}", e.getMessage(), e);
    }
  }

  private synchronized void run(Host fresh) {
    if (stopped) {
      fresh.close();
      return;
    }
    host = fresh;
    host.ed25519By(check());
    protocols.forEach(host::attach);
    host.start().forEach(problem -> LOG.error("{}; peers cannot dial this node there", problem));
    LOG.info("Peer {} listens on {}", host.self(), host.addresses());
    registrations.add(context.registerService(PeerNetwork.class, host, null));
    registrations.add(context.registerService(Metrics.class, new HostMetrics(host), null));
    registrations.add(context.registerService(StatusSection.class, new HostStatus(host), null));
  }

  private static HostSettings settings(Config config, NodeInfo node) {
    boolean local = node.network().name().startsWith("local") || isInMemory(node);
    List<String> ranges = words(config.privateRanges());
    return new HostSettings(
        addresses(config.listen(), "network.listen"),
        addresses(config.peers(), "network.peers"),
        "kiln/" + node.version(),
        config.mplex() ? List.of(Yamux.ID, Mplex.ID) : List.of(Yamux.ID),
        true,
        peerIds(config.allowedPeers()),
        Reach.of(ranges.isEmpty() && local ? LOCAL_RANGES : ranges),
        HostLimits.DEFAULT,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60));
  }

  /** The network's list; private networks have none. */
  private static List<Multiaddr> bootstrap(Config config, NodeInfo node) {
    if (config.bootstrap().equals("off")) {
      return List.of();
    }
    return Networks.of(node.network()).bootstrap().stream().map(Multiaddrs::parse).toList();
  }

  private static boolean isInMemory(NodeInfo node) {
    return node.network().equals(NetworkId.INMEMORY);
  }

  private static List<String> words(String[] values) {
    return Arrays.stream(values).map(String::strip).filter(value -> !value.isEmpty()).toList();
  }

  private static List<Multiaddr> addresses(String[] values, String setting) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (String value : words(values)) {
      Multiaddr address = Multiaddrs.parse(value);
      if (setting.equals("network.peers") && address.peer().isEmpty()) {
        throw new IllegalArgumentException(
            "network.peers: " + value + " does not end with /p2p/ and a peer id");
      }
      if (address.socket().isEmpty() && address.name().isEmpty()) {
        LOG.warn(
            "{}: {} is left alone; only /ip4, /ip6, /dns, /dns4 or /dns6 with /tcp or"
                + " /udp and /quic-v1 are used, /dnsaddr is not resolved",
            setting,
            value);
      }
      addresses.add(address);
    }
    return addresses;
  }

  private static Set<PeerId> peerIds(String[] values) {
    return words(values).stream().map(PeerId::parse).collect(Collectors.toSet());
  }

  /** The fastest implementation that ships with the node checks what peers sign. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY,
      target = "(" + SignatureSuite.ALG_PROPERTY + "=EdDSA)")
  public synchronized void setSuite(SignatureSuite better, Map<String, Object> properties) {
    if (guards.shipped(properties)) {
      suite = better;
      use();
    }
  }

  /** Back to Java's, unless there is another already. */
  public synchronized void unsetSuite(SignatureSuite gone) {
    if (suite == gone) {
      suite = null;
      use();
    }
  }

  private void use() {
    if (host != null) {
      host.ed25519By(check());
    }
  }

  private Ed25519Check check() {
    return suite == null ? Ed25519Check.JAVA : Ed25519Check.orJava(suite::verify);
  }

  /** Attaches a protocol. */
  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  public void addProtocol(NetworkProtocol protocol, Map<String, Object> properties) {
    Guarded<NetworkProtocol> behind;
    try {
      behind = guards.guard(NetworkProtocol.class, protocol, properties);
    } catch (PluginUnavailableException e) {
      LOG.error("A protocol of it is not spoken: {}", e.getMessage());
      return;
    }
    guarded.put(protocol, behind);
    synchronized (this) {
      Rank rank = Rank.of(guards.shipped(properties), properties);
      protocols.put(behind.service(), rank);
      if (host != null) {
        host.attach(behind.service(), rank);
      }
    }
  }

  /**
   * Takes a protocol away. When the node goes on, a successor may come: what is under way may end,
   * and who asks waits.
   */
  public void removeProtocol(NetworkProtocol protocol) {
    Guarded<NetworkProtocol> behind = guarded.remove(protocol);
    if (behind == null) {
      return;
    }
    behind.leave();
    Host running;
    synchronized (this) {
      protocols.remove(behind.service());
      running = host;
    }
    if (running == null) {
      return;
    }
    if (context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() == Bundle.ACTIVE) {
      running.withdraw(behind.service(), DRAIN, PARK);
    } else {
      running.detach(behind.service());
    }
  }

  /** Says goodbye to the peers. */
  @Deactivate
  public void stop() {
    List<ServiceRegistration<?>> published;
    Host running;
    synchronized (this) {
      stopped = true;
      published = List.copyOf(registrations);
      running = host;
    }
    published.forEach(ServiceRegistration::unregister);
    if (running != null) {
      running.close();
    }
  }
}
