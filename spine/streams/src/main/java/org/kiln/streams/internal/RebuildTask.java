package org.kiln.streams.internal;

import java.util.Hashtable;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.streams.Rebuild;
import org.kiln.streams.Streams;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * The rebuild as the launcher sees it. The launcher shares no class with the bundles, so the task
 * is published under types of the JDK: a function from a progress listener to a closing sentence.
 */
final class RebuildTask implements Function<BiConsumer<Long, Long>, String> {
  private final Streams streams;
  private final NodeStore store;

  private RebuildTask(Streams streams, NodeStore store) {
    this.streams = streams;
    this.store = store;
  }

  static ServiceRegistration<?> register(BundleContext context, Streams streams, NodeStore store) {
    return context.registerService(
        Function.class,
        new RebuildTask(streams, store),
        new Hashtable<>(Map.of("kiln.task", "rebuild")));
  }

  @Override
  public String apply(BiConsumer<Long, Long> progress) {
    try {
      Rebuild.Report report = streams.rebuild(store).run(progress);
      return report.streams()
          + " streams derived, "
          + report.waiting()
          + " with events that wait for something missing, "
          + report.invalid()
          + " without a valid state"
          + (report.orphans() == 0
              ? ""
              : ", " + report.orphans() + " events without the init event of their stream");
    } catch (LogBusyException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
