package org.kiln.launcher;

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.util.tracker.ServiceTracker;

/**
 * What bundles do for a command of the operator. Launcher and bundles share no class but the JDK's,
 * so a task is a function from a listener, which is told what is done of how much, to a text.
 */
final class Tasks {
  private static final long SERVICE_TIMEOUT_MS = 60_000;

  private Tasks() {}

  /** The task with {@code kiln.task=name}. */
  @SuppressWarnings("unchecked")
  static Function<BiConsumer<Long, Long>, String> find(Platform platform, String name)
      throws RefusedException, InterruptedException {
    Filter filter;
    try {
      filter =
          FrameworkUtil.createFilter(
              "(&(objectClass=" + Function.class.getName() + ")(kiln.task=" + name + "))");
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
    ServiceTracker<Object, Object> tracker =
        new ServiceTracker<>(platform.framework().getBundleContext(), filter, null);
    tracker.open();
    Object service = tracker.waitForService(SERVICE_TIMEOUT_MS);
    if (service == null) {
      String failure = System.getProperty(Daemon.STORAGE_FAILURE);
      throw failure != null
          ? RefusedException.storage(failure)
          : new RefusedException(
              Exit.FAILURE,
              "The part of the node that does this did not start; see logs/kiln.log.");
    }
    return (Function<BiConsumer<Long, Long>, String>) service;
  }
}
