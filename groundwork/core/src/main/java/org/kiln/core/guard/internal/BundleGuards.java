package org.kiln.core.guard.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.guard.PluginCalls;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.guard.PluginUnavailableException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Has threads for each plugin that runs, from the first call of it until it has stopped. */
@Component(configurationPid = "org.kiln.core.guard")
@Designate(ocd = BundleGuards.Config.class)
public final class BundleGuards implements PluginGuards, SynchronousBundleListener {
  /** How long plugins are waited for. */
  @ObjectClassDefinition(name = "Kiln: calls of plugins")
  public @interface Config {
    @AttributeDefinition(
        name = "Call timeout",
        description =
            "Milliseconds after which nobody waits for a call of a plugin any more, whatever the"
                + " call's own deadline says.",
        min = "1")
    long callTimeoutMs() default 60_000;
  }

  /** Where bundles are that came with the node. */
  private static final String SHIPPED = "node:";

  private final BundleContext context;
  private final Map<Long, PluginThreads> plugins = new ConcurrentHashMap<>();

  /** What earlier runs of a plugin have left behind, while there is any. */
  private final Map<Long, List<PluginThreads>> left = new ConcurrentHashMap<>();

  private final ScheduledExecutorService later;
  private volatile GuardLimits limits;

  /** With the times of the configuration. */
  @Activate
  public BundleGuards(BundleContext context, Config config) {
    this.context = context;
    this.limits = new GuardLimits(config.callTimeoutMs());
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("kiln-plugin-guard").factory());
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.later = timer;
    context.addBundleListener(this);
  }

  /** Plugins that run keep the bounds they started with. */
  @Modified
  void modified(Config config) {
    limits = new GuardLimits(config.callTimeoutMs());
  }

  @Deactivate
  void deactivate() {
    context.removeBundleListener(this);
    later.shutdown();
    plugins.values().forEach(PluginThreads::end);
  }

  @Override
  public void bundleChanged(BundleEvent event) {
    if (event.getType() == BundleEvent.STOPPED || event.getType() == BundleEvent.UNINSTALLED) {
      long id = event.getBundle().getBundleId();
      PluginThreads threads = plugins.remove(id);
      if (threads != null) {
        threads.end();
        left.values().forEach(runs -> runs.removeIf(PluginThreads::empty));
        if (!threads.empty()) {
          left.computeIfAbsent(id, i -> new CopyOnWriteArrayList<>()).add(threads);
        }
      }
    }
  }

  @Override
  public boolean shipped(Map<String, ?> properties) {
    Bundle bundle = bundle(properties);
    return bundle == null || shipped(bundle);
  }

  private Bundle bundle(Map<String, ?> properties) {
    return properties.get(Constants.SERVICE_BUNDLEID) instanceof Long id
        ? context.getBundle(id)
        : null;
  }

  private static boolean shipped(Bundle bundle) {
    return bundle.getBundleId() == 0 || bundle.getLocation().startsWith(SHIPPED);
  }

  private PluginThreads threads(Bundle bundle) {
    return plugins.computeIfAbsent(
        bundle.getBundleId(),
        id -> {
          BundleWiring wiring = bundle.adapt(BundleWiring.class);
          return new PluginThreads(
              bundle.getSymbolicName(), wiring == null ? null : wiring.getClassLoader(), limits);
        });
  }

  @Override
  public <T> Guarded<T> guard(Class<T> spi, T service, Map<String, ?> properties)
      throws PluginUnavailableException {
    Bundle bundle = bundle(properties);
    if (bundle == null || shipped(bundle)) {
      return new Direct<>(service);
    }
    PluginThreads threads = threads(bundle);
    return new Behind<>(Guards.guard(spi, service, threads), threads, bundle);
  }

  @Override
  public <T> T call(Bundle bundle, String what, Deadline deadline, Supplier<T> work)
      throws PluginUnavailableException {
    if (shipped(bundle)) {
      return work.get();
    }
    return threads(bundle).call(bundle, what, deadline, caller -> work.get());
  }

  @Override
  public Optional<PluginCalls> calls(Bundle bundle) {
    List<PluginCalls> runs =
        Stream.concat(
                left.getOrDefault(bundle.getBundleId(), List.of()).stream(),
                Optional.ofNullable(plugins.get(bundle.getBundleId())).stream())
            .map(PluginThreads::calls)
            .toList();
    return runs.stream().reduce(BundleGuards::sum);
  }

  private static PluginCalls sum(PluginCalls a, PluginCalls b) {
    return new PluginCalls(
        a.running() + b.running(),
        a.waiting() + b.waiting(),
        a.overdue() + b.overdue(),
        a.cutOff() || b.cutOff(),
        Stream.concat(a.stacks().stream(), b.stacks().stream()).limit(GuardLimits.STACKS).toList());
  }

  /** What ships with the node needs nobody between. */
  private record Direct<T>(T service) implements Guarded<T> {
    @Override
    public void leave() {
      // Its callers wait for it as long as they like.
    }

    @Override
    public boolean quiet() {
      return true;
    }
  }

  /** A plugin's. */
  private final class Behind<T> implements Guarded<T> {
    private final T service;
    private final PluginThreads threads;
    private final Bundle bundle;

    Behind(T service, PluginThreads threads, Bundle bundle) {
      this.service = service;
      this.threads = threads;
      this.bundle = bundle;
    }

    @Override
    public T service() {
      return service;
    }

    @Override
    public void leave() {
      if (threads.empty()) {
        return;
      }
      boolean stopping = bundle.getState() != Bundle.ACTIVE;
      try {
        later.schedule(
            () -> threads.release(service, stopping), threads.leaveMs(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        threads.release(service, stopping);
      }
    }

    @Override
    public boolean quiet() {
      return threads.quiet(service);
    }
  }
}
