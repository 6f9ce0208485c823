package org.kiln.events.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.feed.Feed;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.Journal;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.ScratchLogs;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.events.EventStore;
import org.kiln.events.ScratchStore;
import org.kiln.events.check.OnlineCheck;
import org.kiln.events.guard.GuardedStore;
import org.kiln.events.write.WriterSettings;
import org.kiln.launch.Launcher;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the node's store with the configured backend and publishes the event log over it. The
 * backend is chosen by the target filter of its reference, {@code
 * backend.target=(store.backend=xodus)}.
 */
@Component(
    name = "org.kiln.events",
    immediate = true,
    service = {},
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = EventsComponent.Config.class)
public final class EventsComponent {
  private static final Logger LOG = LoggerFactory.getLogger(EventsComponent.class);
  private static final long MIB = 1024 * 1024;

  private final EventStore store;
  private final OnlineCheck check;
  private final List<ServiceRegistration<?>> published;

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln event log")
  public @interface Config {
    /** Name of the directory below the node's data directory. */
    @AttributeDefinition(description = "Directory of the store below the data directory")
    String directory() default "store";

    /** Settings of the backend. */
    @AttributeDefinition(description = "The backend's own settings, each as key=value")
    String[] backendSettings() default {};

    /** Bound of the queue. */
    @AttributeDefinition(description = "Events that may wait for the writer")
    int maxQueuedEvents() default 4096;

    /** Bound of the queue. */
    @AttributeDefinition(description = "Events that may wait for the writer, in MiB")
    int maxQueuedMiB() default 32;

    /** Bound of a batch. */
    @AttributeDefinition(description = "Events written in one batch")
    int maxBatchEvents() default 512;

    /** Bound of a batch. */
    @AttributeDefinition(description = "Events written in one batch, in MiB")
    int maxBatchMiB() default 8;

    /** Whether acknowledged events are on the disk. */
    @AttributeDefinition(description = "Sync the disk before an event is acknowledged")
    boolean sync() default true;

    /** How often all is looked through. */
    @AttributeDefinition(
        description = "Hours between two looks through the whole store for damage; 0: never")
    int checkHours() default 168;
  }

  /** Opens the store. */
  @Activate
  public EventsComponent(
      @Reference(name = "backend", policyOption = ReferencePolicyOption.GREEDY)
          StoreBackend backend,
      @Reference NodeInfo node,
      BundleContext context,
      Config config) {
    WriterSettings settings =
        new WriterSettings(
            config.maxQueuedEvents(),
            config.maxQueuedMiB() * MIB,
            config.maxBatchEvents(),
            config.maxBatchMiB() * MIB,
            config.sync());
    Map<String, String> backendSettings = settings(config.backendSettings());
    Path directory = node.dataDirectory().resolve(config.directory());
    StoreSpec spec = StoreSpec.of(directory, NodeTables.ALL, backendSettings);
    this.store = open(backend, spec, settings, Launcher.of(context));
    Path scratch = node.dataDirectory().resolve(config.directory() + "-scratch");
    this.check = store.check(Duration.ofHours(config.checkHours()));
    this.published = new ArrayList<>();
    for (HttpRoute route : StoreCheckRoutes.of(check)) {
      published.add(context.registerService(HttpRoute.class, route, null));
    }
    published.addAll(
        List.of(
            context.registerService(EventLog.class, store, null),
            context.registerService(NodeStore.class, store, null),
            context.registerService(Journal.class, store.journal(), null),
            context.registerService(Feed.class, store.feed(), null),
            context.registerService(
                ScratchLogs.class,
                new ScratchStore(backend, scratch, backendSettings, settings),
                null),
            context.registerService(Metrics.class, new LogMetrics(store), null),
            context.registerService(
                PluginHealth.class,
                new StoreHealth(store.damage()),
                new Hashtable<>(Map.of("component.name", "store")))));
  }

  private static EventStore open(
      StoreBackend backend, StoreSpec spec, WriterSettings settings, Launcher launcher) {
    try {
      Store opened = GuardedStore.open(backend, spec);
      try {
        return EventStore.open(opened, settings, spec.directory());
      } catch (StoreException e) {
        opened.close();
        throw e;
      }
    } catch (StoreException e) {
      launcher.refuse(e.getMessage());
      LOG.error("The event log cannot be opened: {}", e.getMessage());
      throw e;
    }
  }

  private static Map<String, String> settings(String[] lines) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        settings.put(line.substring(0, equals).trim(), line.substring(equals + 1).trim());
      }
    }
    return settings;
  }

  /** Writes what waits and closes the store. */
  @Deactivate
  void deactivate() {
    published.forEach(ServiceRegistration::unregister);
    check.close();
    store.close();
  }
}
