package org.kiln.bench.readers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Block;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamRef;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Ten readers that are called with every change and keep no more than their place, and three that
 * work: one counts the changes of each stream, one loads every stream that changed, one looks at
 * every byte of every event.
 */
@Component(
    service = {},
    immediate = true)
public final class ThirteenReaders {
  private static final int IDLE = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

  /** Registers them. */
  @Activate
  public ThirteenReaders(BundleContext context, @Reference StreamReader streams) {
    for (int i = 1; i <= IDLE; i++) {
      changes(context, "idle-" + i, batch -> {});
    }
    Map<StreamId, Integer> counts = new HashMap<>();
    changes(
        context,
        "busy-counting",
        batch -> batch.forEach(change -> counts.merge(change.stream(), 1, Integer::sum)));
    changes(context, "busy-loading", batch -> load(streams, batch));
    CRC32 sum = new CRC32();
    register(
        context,
        EventReader.class,
        "busy-events",
        new Events(
            events -> {
              for (FeedEvent event : events) {
                for (Block block : event.blocks()) {
                  sum.update(block.data());
                }
              }
            }));
  }

  private static void load(StreamReader streams, List<StreamChange> batch) {
    for (StreamChange change : batch) {
      try {
        streams.load(new StreamRef(change.stream(), Optional.empty()), Deadline.in(PATIENCE));
      } catch (DependencyMissingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void changes(BundleContext context, String name, Work<StreamChange> work) {
    register(context, ChangeReader.class, name, new Changes(work));
  }

  private <T> void register(BundleContext context, Class<T> type, String name, T reader) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(ChangeReader.NAME, name);
    registrations.add(context.registerService(type, reader, properties));
  }

  /** Takes them back. */
  @Deactivate
  void close() {
    registrations.forEach(ServiceRegistration::unregister);
  }

  private interface Work<T> {
    void on(List<T> batch);
  }

  private static final class Changes implements ChangeReader {
    private final Work<StreamChange> work;
    private volatile ResumeToken place;

    Changes(Work<StreamChange> work) {
      this.work = work;
    }

    @Override
    public Optional<ResumeToken> position() {
      return Optional.ofNullable(place);
    }

    @Override
    public void take(List<StreamChange> changes, ResumeToken position) {
      work.on(changes);
      place = position;
    }
  }

  private static final class Events implements EventReader {
    private final Work<FeedEvent> work;
    private volatile ResumeToken place;

    Events(Work<FeedEvent> work) {
      this.work = work;
    }

    @Override
    public Optional<ResumeToken> position() {
      return Optional.ofNullable(place);
    }

    @Override
    public void take(List<FeedEvent> events, ResumeToken position) {
      work.on(events);
      place = position;
    }
  }
}
