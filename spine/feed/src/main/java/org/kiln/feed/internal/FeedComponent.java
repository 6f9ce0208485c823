package org.kiln.feed.internal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.feed.Feed;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.guard.PluginGuards.Guarded;
import org.kiln.core.guard.PluginUnavailableException;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.node.Metrics;
import org.kiln.feed.Candidate;
import org.kiln.feed.FeedMetrics;
import org.kiln.feed.FeedRoute;
import org.kiln.feed.Patience;
import org.kiln.feed.Readers;
import org.kiln.feed.Taker;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Picks up the readers there are, and the feed they read. */
@Component(
    configurationPid = FeedComponent.PID,
    service = {},
    immediate = true)
@Designate(ocd = FeedComponent.Config.class)
public final class FeedComponent {
  static final String PID = "org.kiln.feed";

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln: readers of the feed")
  public @interface Config {
    @AttributeDefinition(
        description =
            "Milliseconds after which a call of a reader is said to hang. It is waited for all the"
                + " same.",
        min = "1")
    long hangingMs() default 60_000;
  }

  private final BundleContext context;
  private final PluginGuards guards;
  private final OptionalService<Feed> feeds = new OptionalService<>();
  private final Readers readers;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kiln-feed-watch").factory());
  private final List<ServiceRegistration<?>> registrations;

  /** Without readers yet; they are bound next. */
  @Activate
  public FeedComponent(BundleContext context, Config config, @Reference PluginGuards guards) {
    this.context = context;
    this.guards = guards;
    readers =
        new Readers(
            feeds,
            Patience.hangingAfter(Duration.ofMillis(config.hangingMs())),
            InstantSource.system());
    watch.scheduleWithFixedDelay(readers::watch, 1, 1, TimeUnit.SECONDS);
    registrations =
        List.of(
            context.registerService(HttpRoute.class, new FeedRoute(readers), null),
            context.registerService(Metrics.class, new FeedMetrics(readers), null));
  }

  @Deactivate
  void deactivate() {
    registrations.forEach(ServiceRegistration::unregister);
    watch.shutdown();
    readers.close();
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindFeed(Feed feed) {
    feeds.bind(feed);
  }

  void unbindFeed(Feed feed) {
    feeds.unbind(feed);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindChangeReader(ChangeReader reader, Map<String, Object> properties) {
    add(ChangeReader.class, reader, properties, Taker::of);
  }

  void unbindChangeReader(ChangeReader reader) {
    readers.remove(reader);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindEventReader(EventReader reader, Map<String, Object> properties) {
    add(EventReader.class, reader, properties, Taker::of);
  }

  void unbindEventReader(EventReader reader) {
    readers.remove(reader);
  }

  private <S> void add(
      Class<S> spi, S service, Map<String, Object> properties, Function<S, Taker<?>> taker) {
    String plugin = plugin(properties);
    if (service instanceof ChangeReader && service instanceof EventReader) {
      readers.refuse(
          service,
          plugin,
          service.getClass().getName()
              + " reads changes and events, but has one position for both; make it two readers");
      return;
    }
    Guarded<S> guarded;
    try {
      guarded = guards.guard(spi, service, properties);
    } catch (PluginUnavailableException e) {
      readers.refuse(service, plugin, e.getMessage());
      return;
    }
    readers.add(
        service,
        properties.get(ChangeReader.NAME),
        new Candidate(
            plugin,
            properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0,
            properties.get(Constants.SERVICE_ID) instanceof Long id ? id : Long.MAX_VALUE,
            taker.apply(guarded.service()),
            guarded::leave,
            guarded::quiet));
  }

  private String plugin(Map<String, Object> properties) {
    Bundle bundle =
        properties.get(Constants.SERVICE_BUNDLEID) instanceof Long id
            ? context.getBundle(id)
            : null;
    return bundle == null ? "" : bundle.getSymbolicName();
  }
}
