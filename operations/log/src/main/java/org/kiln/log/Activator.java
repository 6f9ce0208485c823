package org.kiln.log;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogReaderService;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.LoggerFactory;

/** Listens to every LogReaderService for as long as the bundle runs. */
public final class Activator implements BundleActivator {
  private ServiceTracker<LogReaderService, LogBridge> tracker;

  @Override
  public void start(BundleContext context) {
    tracker =
        new ServiceTracker<>(context, LogReaderService.class, null) {
          @Override
          public LogBridge addingService(ServiceReference<LogReaderService> reference) {
            LogReaderService reader = context.getService(reference);
            LogBridge bridge = new LogBridge(LoggerFactory::getLogger);
            bridge.follow(reader);
            return bridge;
          }

          @Override
          public void removedService(
              ServiceReference<LogReaderService> reference, LogBridge bridge) {
            bridge.close();
            context.ungetService(reference);
          }
        };
    tracker.open();
  }

  @Override
  public void stop(BundleContext context) {
    tracker.close();
  }
}
