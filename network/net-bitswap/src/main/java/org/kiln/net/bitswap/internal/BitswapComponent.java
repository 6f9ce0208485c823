package org.kiln.net.bitswap.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.net.ContentRouting;
import org.kiln.core.net.PeerScore;
import org.kiln.core.node.Metrics;
import org.kiln.net.bitswap.Bitswap;
import org.kiln.net.bitswap.LogWatch;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the event log's blocks and fetches others', while the network is on. */
@Component(
    immediate = true,
    service = {})
public final class BitswapComponent {
  private static final Logger LOG = LoggerFactory.getLogger(BitswapComponent.class);
  private static final int LOOK_EVERY_MS = 200;

  private final Bitswap bitswap;
  private final LogWatch watch;
  private final ScheduledExecutorService looking;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private ContentRouting routing;

  /** Starts it. */
  @Activate
  public BitswapComponent(
      BundleContext context, @Reference PeerNetwork network, @Reference EventLog log) {
    bitswap = new Bitswap(network, log::block);
    watch = new LogWatch(log, bitswap);
    looking =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("bitswap log watch").factory());
    looking.scheduleWithFixedDelay(this::look, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    registrations.add(
        context.registerService(
            new String[] {
              NetworkProtocol.class.getName(),
              BlockFetcher.class.getName(),
              PeerScore.class.getName()
            },
            bitswap,
            null));
    registrations.add(context.registerService(Metrics.class, new BitswapMetrics(bitswap), null));
  }

  private void look() {
    try {
      watch.look();
    } catch (RuntimeException e) {
      LOG.warn("Peers that wait for blocks are not told of new ones: {}", e.getMessage());
    }
  }

  /** Takes who finds providers. */
  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  public synchronized void setRouting(ContentRouting service) {
    routing = service;
    bitswap.routeBy(service);
  }

  /** Gives it up. */
  public synchronized void unsetRouting(ContentRouting service) {
    if (routing == service) {
      routing = null;
      bitswap.routeBy(null);
    }
  }

  /** Stops serving and fetching. */
  @Deactivate
  public void stop() {
    registrations.forEach(ServiceRegistration::unregister);
    looking.shutdownNow();
    bitswap.close();
  }
}
