package org.kiln.tables.internal;

import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.feed.Feed;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.log.EventLog;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.sql.SqlTables;
import org.kiln.core.stream.StreamReads;
import org.kiln.tables.SqlRoom;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The tables, where they are wanted: nothing is loaded or kept as long as nobody can ask. */
@Component(
    configurationPid = TablesComponent.PID,
    service = {},
    immediate = true)
@Designate(ocd = TablesComponent.Config.class)
public final class TablesComponent {
  static final String PID = "org.kiln.tables";

  /** Settings. */
  @ObjectClassDefinition(name = "Kiln: tables for SQL")
  public @interface Config {
    @AttributeDefinition(description = "Where SQL is answered. Empty: no tables are kept.")
    String address() default "";

    @AttributeDefinition(
        description = "MiB of memory that the engine and the answers may take.",
        min = "64")
    int memoryMb() default 256;

    @AttributeDefinition(
        description = "Milliseconds the engine may take for one query; then it is stopped.",
        min = "1")
    long queryMs() default 60_000;

    @AttributeDefinition(
        description =
            "Milliseconds a query waits for the tables to hold what was written before it.",
        min = "0")
    long waitMs() default 10_000;
  }

  private final Opening opening;

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public TablesComponent(
      BundleContext context,
      Config config,
      @Reference EventLog log,
      @Reference Feed feed,
      @Reference StreamReads streams,
      @Reference ExtensionRegistry extensions,
      @Reference NodeInfo node) {
    opening =
        new Opening(
            () ->
                SqlRoom.open(
                    node.dataDirectory().resolve("sql"),
                    config.memoryMb(),
                    new SqlRoom.Parts(log, feed, streams, extensions),
                    Duration.ofMillis(config.queryMs()),
                    Duration.ofMillis(config.waitMs())),
            room -> publish(context, room));
    if (!config.address().isBlank()) {
      opening.begin();
    }
  }

  private static List<ServiceRegistration<?>> publish(BundleContext context, SqlRoom room) {
    return List.of(
        context.registerService(EventReader.class, room.reader(), named(SqlRoom.READER)),
        context.registerService(
            ChangeReader.class, room.streamReader(), named(SqlRoom.STREAM_READER)),
        context.registerService(SqlTables.class, room, null));
  }

  private static Hashtable<String, Object> named(String reader) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(ChangeReader.NAME, reader);
    return properties;
  }

  /** Whoever asks has gone before the reader goes. */
  @Deactivate
  void deactivate() {
    opening.close();
  }
}
