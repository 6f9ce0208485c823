package org.kiln.index.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.Feed;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexSpec;
import org.kiln.core.index.CollectionService;
import org.kiln.core.index.IndexedModels;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.StatusSection;
import org.kiln.core.stream.StreamReads;
import org.kiln.index.IndexNumbers;
import org.kiln.index.IndexReader;
import org.kiln.index.IndexRoom;
import org.kiln.index.OpenIndex;
import org.kiln.index.OperatorRoutes;
import org.kiln.launch.IndexTask;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The room, there while a backend, the feed and the streams are. */
@Component(
    configurationPid = IndexComponent.PID,
    service = {},
    immediate = true)
@Designate(ocd = IndexComponent.Config.class)
public final class IndexComponent {
  static final String PID = "org.kiln.index";

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln: index of documents")
  public @interface Config {
    @AttributeDefinition(
        description =
            "Milliseconds a query waits for the index to hold what was written before it; then it"
                + " is answered 503.",
        min = "0")
    long waitMs() default 5_000;

    @AttributeDefinition(
        description = "Where the index is, for backends that are not in the data directory.",
        type = AttributeType.PASSWORD)
    String url() default "";

    @AttributeDefinition(
        description =
            "Milliseconds the database may take for one query; then it is stopped, and answered"
                + " 503.",
        min = "1")
    long queryMs() default 10_000;
  }

  private final IndexRoom room;
  private final List<ServiceRegistration<?>> registrations;

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public IndexComponent(
      BundleContext context,
      Config config,
      @Reference(name = "backend") IndexBackend backend,
      @Reference Feed feed,
      @Reference StreamReads streams,
      @Reference NodeInfo node) {
    Path directory = node.dataDirectory().resolve("index");
    IndexSpec spec = IndexSpec.of(directory, node.network()).with(Map.of("url", config.url()));
    OpenIndex index = new OpenIndex(backend, spec);
    room =
        new IndexRoom(
            index,
            feed,
            streams,
            Duration.ofMillis(config.waitMs()),
            Duration.ofMillis(config.queryMs()));
    Hashtable<String, Object> named = new Hashtable<>();
    named.put(ChangeReader.NAME, IndexReader.NAME);
    IndexNumbers numbers = new IndexNumbers(room);
    registrations =
        new ArrayList<>(
            List.of(
                context.registerService(ChangeReader.class, room.reader(), named),
                context.registerService(CollectionService.class, room, null),
                context.registerService(IndexedModels.class, room, null),
                context.registerService(IndexTask.class, new RebuildIndex(room), null),
                context.registerService(StatusSection.class, numbers, null),
                context.registerService(Metrics.class, numbers, null)));
    for (HttpRoute route : OperatorRoutes.of(room, streams)) {
      registrations.add(context.registerService(HttpRoute.class, route, null));
    }
  }

  /** Whoever asks has gone before the reader goes: what they wait for still comes. */
  @Deactivate
  void deactivate() {
    registrations.reversed().forEach(ServiceRegistration::unregister);
    room.close();
  }
}
