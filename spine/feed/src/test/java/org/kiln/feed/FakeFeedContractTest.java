package org.kiln.feed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.testkit.FakeFeed;
import org.kiln.testkit.FeedContract;

/** The feed that authors of plugins test with is one like the node's. */
class FakeFeedContractTest extends FeedContract {
  private static final AtomicInteger SERIAL = new AtomicInteger();

  private final Map<Path, FakeFeed> disks = new HashMap<>();
  private final Map<Path, List<Made>> held = new HashMap<>();

  @Override
  protected Scene start(Path in) {
    FakeFeed before = disks.get(in);
    FakeFeed feed = before == null ? new FakeFeed() : before.reopened();
    disks.put(in, feed);
    return new InMemory(feed, held.computeIfAbsent(in, directory -> new ArrayList<>()));
  }

  private record InMemory(FakeFeed fake, List<Made> held, Set<Cid> told) implements Scene {
    InMemory(FakeFeed fake, List<Made> held) {
      this(fake, held, new HashSet<>());
    }

    @Override
    public Feed feed() {
      return fake;
    }

    private static Block block() {
      return Block.of(Cid.DAG_CBOR, ("event " + SERIAL.incrementAndGet()).getBytes());
    }

    @Override
    public Made init() {
      Block block = block();
      return new Made(StreamId.of(0, block.cid()), block.cid(), Optional.empty(), block);
    }

    @Override
    public Made after(Made previous) {
      Block block = block();
      return new Made(previous.stream(), block.cid(), Optional.of(previous.cid()), block);
    }

    private void tell(Made event, Origin origin) {
      if (told.add(event.cid())) {
        boolean first = event.previous().isEmpty();
        fake.event(
            event.stream(),
            event.cid(),
            first ? LogEntry.Kind.INIT : LogEntry.Kind.DATA,
            origin,
            List.of((Block) event.handle()));
      }
    }

    @Override
    public synchronized void write(Made event) {
      tell(event, Origin.CLIENT);
      boolean first = event.previous().isEmpty();
      moved(event, first ? StreamChange.Kind.CREATED : StreamChange.Kind.UPDATED, Origin.CLIENT);
    }

    @Override
    public synchronized void receive(List<Made> events, Origin.Peer from) {
      held.addAll(events);
      boolean more = true;
      while (more) {
        List<Made> ready =
            held.stream()
                .filter(event -> event.previous().map(told::contains).orElse(true))
                .toList();
        ready.forEach(event -> tell(event, from));
        held.removeAll(ready);
        more = !ready.isEmpty();
      }
    }

    @Override
    public synchronized void moved(Made tip, StreamChange.Kind kind, Origin from) {
      fake.change(tip.stream(), tip.cid(), kind, from);
    }

    @Override
    public void close() {
      fake.end();
    }
  }
}
