package org.kiln.net.kad.internal;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.net.ContentRouting;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.Networks;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamService;
import org.kiln.net.kad.KadSettings;
import org.kiln.net.kad.Kademlia;
import org.kiln.net.kad.Providing;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs Kademlia while the network is on, and says which streams are pinned here. */
@Component(
    configurationPid = "org.kiln.net.kad",
    immediate = true,
    service = {})
@Designate(ocd = KadComponent.Config.class)
public final class KadComponent {
  private static final Logger LOG = LoggerFactory.getLogger(KadComponent.class);
  private static final int TICK_S = 5;
  private static final int REFRESH_S = 600;
  private static final int PROVIDE_S = 60;

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

  private final Kademlia kad;
  private final Providing providing;
  private final StreamService streams;
  private final ScheduledExecutorService work;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private int known;

  /** Starts it. */
  @Activate
  public KadComponent(
      BundleContext context,
      Config config,
      @Reference PeerNetwork network,
      @Reference NodeInfo node,
      @Reference StreamService streams) {
    this.streams = streams;
    if (config.mode().equals("off")) {
      kad = null;
      providing = null;
      work = null;
      return;
    }
    boolean server =
        switch (config.mode()) {
          case "server" -> true;
          case "client" -> false;
          default ->
              !network.addresses().isEmpty()
                  && (Networks.of(node.network()).bootstrap().isEmpty()
                      || listensPublicly(network));
        };
    kad = new Kademlia(network, server ? KadSettings.SERVER : KadSettings.CLIENT);
    providing = new Providing(kad);
    work = Executors.newScheduledThreadPool(2, Thread.ofPlatform().daemon().name("kad").factory());
    repeat(this::tick, TICK_S, TICK_S);
    repeat(kad::refresh, REFRESH_S, REFRESH_S);
    repeat(this::provide, PROVIDE_S, PROVIDE_S);
    registrations.add(context.registerService(ContentRouting.class, kad, null));
    if (server) {
      registrations.add(context.registerService(NetworkProtocol.class, kad, null));
    }
    registrations.add(context.registerService(Metrics.class, new KadMetrics(kad), null));
  }

  private static boolean listensPublicly(PeerNetwork network) {
    return network.addresses().stream()
        .flatMap(address -> address.tcpSocket().stream())
        .map(socket -> socket.getAddress())
        .anyMatch(KadComponent::isPublic);
  }

  private static boolean isPublic(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isSiteLocalAddress()
        && !address.isLinkLocalAddress();
  }

  private void repeat(Runnable task, int firstSeconds, int everySeconds) {
    work.scheduleWithFixedDelay(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            LOG.warn("Looking after Kademlia failed", e);
          }
        },
        firstSeconds,
        everySeconds,
        TimeUnit.SECONDS);
  }

  private void tick() {
    kad.tick();
    int size = kad.tableSize();
    if (known == 0 && size > 0) {
      // The first server has come: it knows further ones.
      kad.refresh();
    }
    known = size;
  }

  private void provide() {
    if (kad.tableSize() > 0) {
      List<Cid> pinned = new ArrayList<>();
      streams.scanPins(
          stream -> {
            pinned.add(stream.init());
            return true;
          });
      providing.round(pinned);
    }
  }

  /** Stops it. */
  @Deactivate
  public void stop() {
    registrations.forEach(ServiceRegistration::unregister);
    if (work != null) {
      work.shutdownNow();
    }
  }
}
