package org.kiln.launcher;

import org.osgi.util.tracker.ServiceTracker;

/** Finds what does a command's work among the bundles' services. */
final class Tasks {
  private static final long SERVICE_TIMEOUT_MS = 60_000;

  private Tasks() {}

  /** The service of that type; it is waited for. */
  static <T> T find(Platform platform, Class<T> task)
      throws RefusedException, InterruptedException {
    ServiceTracker<T, T> tracker =
        new ServiceTracker<>(platform.framework().getBundleContext(), task, null);
    tracker.open();
    T service = tracker.waitForService(SERVICE_TIMEOUT_MS);
    if (service == null) {
      platform.launched().throwIfRefused();
      throw new RefusedException(
          Exit.FAILURE, "The part of the node that does this did not start; see logs/kiln.log.");
    }
    return service;
  }
}
