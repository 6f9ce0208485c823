package org.kiln.core.node.internal;

import java.util.concurrent.TimeUnit;
import org.kiln.core.node.NodeControl;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the node by stopping the framework; the launcher waits for that and ends the process. */
@Component(service = NodeControl.class)
public final class FrameworkControl implements NodeControl {
  private static final Logger LOG = LoggerFactory.getLogger(FrameworkControl.class);

  /** So that the answer to the request that asked for the end can still be sent. */
  private static final long FORCED_AFTER_MS = 200;

  private final BundleContext context;

  /** In that framework. */
  @Activate
  public FrameworkControl(BundleContext context) {
    this.context = context;
  }

  @Override
  public void shutdown(boolean force) {
    LOG.info("Shutdown was asked for{}", force ? ", without waiting for what is in flight" : "");
    Runnable end = force ? FrameworkControl::halt : this::stopFramework;
    Thread.ofPlatform().name("kiln-shutdown").start(end);
  }

  private static void halt() {
    try {
      TimeUnit.MILLISECONDS.sleep(FORCED_AFTER_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // What was acknowledged is on disk already; the event log is made to survive this.
    Runtime.getRuntime().halt(1);
  }

  private void stopFramework() {
    try {
      context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
    } catch (BundleException e) {
      LOG.error("The framework does not stop", e);
    }
  }
}
