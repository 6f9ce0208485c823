package org.kiln.events.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.NodeTables;
import org.kiln.events.ClosedStore;
import org.kiln.events.GuardedStore;
import org.kiln.events.StoreCopy;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The steps of {@code kiln migrate}, {@code kiln check} and {@code kiln rescue}, which alone
 * configure this. The launcher shares no class with the bundles, so each step is a function of the
 * JDK's types, from a progress listener to a text; it decides what is done when, and remembers how
 * far it came.
 */
@Component(
    name = MigrationComponent.PID,
    immediate = true,
    service = {},
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MigrationComponent.Config.class)
public final class MigrationComponent {
  static final String PID = "org.kiln.events.migration";

  /** A plugin is started some time after the node's own bundles. */
  private static final long BACKEND_TIMEOUT_SECONDS = 60;

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln store migration")
  public @interface Config {
    /** Id of a backend. */
    @AttributeDefinition(description = "The backend of the store that is copied")
    String fromBackend();

    /** Absolute path. */
    @AttributeDefinition(description = "Where the store that is copied lies")
    String fromDirectory();

    /** Id of a backend. */
    @AttributeDefinition(description = "The backend of the store that is made")
    String toBackend();

    /** Absolute path. */
    @AttributeDefinition(description = "Where the store that is made lies")
    String toDirectory();

    /** Settings of both. */
    @AttributeDefinition(description = "Settings of both backends, each as key=value")
    String[] backendSettings() default {};
  }

  private final BundleContext context;
  private final Config config;
  private final List<ServiceRegistration<?>> published = new ArrayList<>();

  /** Publishes the steps. */
  @Activate
  public MigrationComponent(BundleContext context, Config config) {
    this.context = context;
    this.config = config;
    publish(
        "migrate-read", progress -> summary(openSource(), count -> progress.accept(count, -1L)));
    publish("migrate-copy", this::copy);
    publish(
        "migrate-verify", progress -> summary(openTarget(), count -> progress.accept(count, -1L)));
    publish("store-check", progress -> text(source().check(progress)));
    publish(
        "store-rescue", progress -> text(source().rescue(spec(config.toDirectory()), progress)));
  }

  private void publish(String task, Function<BiConsumer<Long, Long>, String> step) {
    published.add(
        context.registerService(Function.class, step, new Hashtable<>(Map.of("kiln.task", task))));
  }

  private Store openSource() {
    return open(config.fromBackend(), config.fromDirectory());
  }

  private Store openTarget() {
    return open(config.toBackend(), config.toDirectory());
  }

  private Store open(String backend, String directory) {
    return GuardedStore.open(backend(backend), spec(directory));
  }

  private ClosedStore source() {
    return new ClosedStore(backend(config.fromBackend()), spec(config.fromDirectory()));
  }

  private StoreSpec spec(String directory) {
    return new StoreSpec(
        Path.of(directory), NodeTables.ALL, EventsComponent.settings(config.backendSettings()));
  }

  /** {@code EVENTS KNOWN COUNT}, and a line for each thing that was found. */
  private static String text(ClosedStore.Report report) {
    StringBuilder text = new StringBuilder();
    text.append(report.events())
        .append(' ')
        .append(report.known())
        .append(' ')
        .append(report.count());
    report.what().forEach(what -> text.append('\n').append(what.replace('\n', ' ')));
    return text.toString();
  }

  /** What the store holds, as {@code ENTRIES SHA256 KEPT-SHA256}; closes it. */
  private static String summary(Store opened, LongConsumer progress) {
    try (Store store = opened) {
      StoreCopy.Summary summary = StoreCopy.summary(store, progress);
      return summary.entries() + " " + summary.sha256() + " " + summary.keptSha256();
    }
  }

  private String copy(BiConsumer<Long, Long> progress) {
    try (Store from = openSource();
        Store to = openTarget()) {
      StoreCopy.copy(from, to, count -> progress.accept(count, -1L));
      return "";
    }
  }

  private StoreBackend backend(String id) {
    String filter =
        "(&(objectClass="
            + StoreBackend.class.getName()
            + ")("
            + StoreBackend.BACKEND_PROPERTY
            + "="
            + id
            + "))";
    ServiceTracker<StoreBackend, StoreBackend> tracker;
    try {
      tracker = new ServiceTracker<>(context, FrameworkUtil.createFilter(filter), null);
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException("No backend can be called " + id, e);
    }
    tracker.open();
    try {
      StoreBackend backend =
          tracker.waitForService(TimeUnit.SECONDS.toMillis(BACKEND_TIMEOUT_SECONDS));
      if (backend == null) {
        throw new IllegalStateException(
            "Nothing here offers the store "
                + id
                + ". Start the node and install the plugin that brings it.");
      }
      return backend;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the store " + id, e);
    } finally {
      tracker.close();
    }
  }

  @Deactivate
  void deactivate() {
    published.forEach(ServiceRegistration::unregister);
  }
}
