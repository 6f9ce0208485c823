package org.kiln.itests.hostile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreSpec;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.events.guard.GuardedStore;
import org.kiln.events.write.WriterSettings;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.store.xodus.XodusBackend;

/**
 * A tile whose trunk has branches all along, put into the store of a node that does not run: over
 * HTTP one of a hundred thousand events would take minutes.
 */
final class ForkedStream implements AutoCloseable {
  private static final int BATCH = 256;
  private static final int EVENTS_OF_A_BRANCH = 20;

  private final Author author = new Author(new byte[32]);
  private final List<NewEvent> waiting = new ArrayList<>();
  private final EventStore log;
  private StreamId stream;

  private ForkedStream(Path data) {
    StoreSpec spec = StoreSpec.of(data.resolve("store"), NodeTables.ALL, Map.of("cache-mib", "32"));
    this.log =
        EventStore.open(
            GuardedStore.open(new XodusBackend(), spec),
            WriterSettings.defaults(),
            spec.directory());
  }

  /**
   * Writes one.
   *
   * @param data of a node that has been started once
   * @param events in all
   * @param branches of them, of twenty events each
   * @return the stream, whose log is its trunk
   */
  static StreamId write(Path data, int events, int branches) throws Exception {
    try (ForkedStream writer = new ForkedStream(data)) {
      return writer.write(events, branches);
    }
  }

  private StreamId write(int events, int branches) throws Exception {
    SignedEvent init = author.tile(Ipld.map("n", Ipld.of(0)), "forked");
    stream = StreamId.of(0, init.cid());
    keep(init, LogEntry.Kind.INIT);
    int trunk = events - 1 - branches * EVENTS_OF_A_BRANCH;
    int apart = trunk / branches;
    Cid tip = init.cid();
    for (int i = 1; i <= trunk; i++) {
      tip = update(tip, i);
      if (i % apart == 0 && i / apart <= branches && trunk - i > 2 * EVENTS_OF_A_BRANCH) {
        Cid end = tip;
        for (int j = 1; j <= EVENTS_OF_A_BRANCH; j++) {
          end = update(end, -i * 100 - j);
        }
      }
    }
    flush();
    return stream;
  }

  private Cid update(Cid prev, int value) throws Exception {
    SignedEvent event = author.replace(stream, prev, "n", Ipld.of(value));
    keep(event, LogEntry.Kind.DATA);
    return event.cid();
  }

  private void keep(SignedEvent event, LogEntry.Kind kind) throws Exception {
    waiting.add(
        new NewEvent(
            stream,
            event.cid(),
            kind,
            Optional.empty(),
            true,
            System.currentTimeMillis(),
            List.<Block>of(event.envelope(), event.payload())));
    if (waiting.size() == BATCH) {
      flush();
    }
  }

  private void flush() throws Exception {
    log.append(waiting, Deadline.in(Duration.ofMinutes(1)));
    waiting.clear();
  }

  @Override
  public void close() {
    log.close();
  }
}
