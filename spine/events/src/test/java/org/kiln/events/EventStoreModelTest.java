package org.kiln.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.StoredEvent;
import org.kiln.events.order.KeySum;
import org.kiln.store.memory.MemoryStore;

/**
 * The log against a few maps, over random histories with few streams, few blocks and many repeats.
 */
class EventStoreModelTest {
  private final Map<Cid, NewEvent> events = new LinkedHashMap<>();
  private final Map<Cid, Long> sequences = new LinkedHashMap<>();
  private final Map<Cid, Block> blocks = new LinkedHashMap<>();

  @Property(tries = 40)
  void shouldAgreeWithTheModel(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int rounds)
      throws LogBusyException {
    Random random = new Random(seed);
    EventStoreModelTest model = new EventStoreModelTest();
    try (EventStore log = EventStore.open(new MemoryStore(NodeTables.ALL))) {
      for (int round = 0; round < rounds; round++) {
        List<NewEvent> batch = new ArrayList<>();
        int size = 1 + random.nextInt(12);
        for (int i = 0; i < size; i++) {
          batch.add(event(random));
        }
        assertThat(log.append(batch, Deadline.NONE)).isEqualTo(model.append(batch));
      }
      model.compare(log, random);
    }
  }

  /** The same name always means the same stream, so that an event never changes its stream. */
  private static NewEvent event(Random random) {
    int name = random.nextInt(60);
    Block own = TestEvents.block("event " + name);
    StreamId stream =
        StreamId.of(3, name < 6 ? own.cid() : TestEvents.block("event " + name % 6).cid());
    List<Block> all = new ArrayList<>(List.of(own));
    int more = random.nextInt(4);
    for (int i = 0; i < more; i++) {
      // Some blocks are shared, and some are events themselves.
      all.add(
          TestEvents.block(
              random.nextBoolean()
                  ? "block " + random.nextInt(20)
                  : "event " + random.nextInt(60)));
    }
    LogEntry.Kind kind = name < 6 ? LogEntry.Kind.INIT : LogEntry.Kind.DATA;
    NewEvent event = TestEvents.event(stream, kind, true, all.stream().distinct().toList());
    event = random.nextInt(3) == 0 ? TestEvents.unordered(event) : event;
    return random.nextInt(3) == 0 ? TestEvents.unauthenticated(event) : event;
  }

  private List<Long> append(List<NewEvent> batch) {
    List<Long> numbers = new ArrayList<>();
    for (NewEvent event : batch) {
      event.blocks().forEach(block -> blocks.putIfAbsent(block.cid(), block));
      sequences.putIfAbsent(event.cid(), sequences.size() + 1L);
      events.merge(event.cid(), event, EventStoreModelTest::merged);
      numbers.add(sequences.get(event.cid()));
    }
    return numbers;
  }

  private static NewEvent merged(NewEvent kept, NewEvent again) {
    List<Block> all = new ArrayList<>(kept.blocks());
    again.blocks().stream().filter(block -> !all.contains(block)).forEach(all::add);
    return new NewEvent(
        kept.stream(),
        kept.cid(),
        kept.kind(),
        kept.eventId().or(again::eventId),
        kept.authenticated() || again.authenticated(),
        kept.receivedAt(),
        all);
  }

  private void compare(EventStore log, Random random) {
    List<StoredEvent> expected =
        events.values().stream()
            .map(event -> new StoredEvent(sequences.get(event.cid()), event))
            .toList();
    List<StoredEvent> found = new ArrayList<>();
    log.scan(0, found::add);
    assertThat(found).isEqualTo(expected);
    for (StoredEvent one : expected) {
      assertThat(log.event(one.event().cid())).contains(one);
      List<StoredEvent> stream = new ArrayList<>();
      log.scanStream(one.event().stream(), 0, stream::add);
      assertThat(stream)
          .isEqualTo(
              expected.stream()
                  .filter(other -> other.event().stream().equals(one.event().stream()))
                  .toList());
    }
    for (Block block : blocks.values()) {
      assertThat(log.block(block.cid())).contains(block);
      assertThat(log.contains(block.cid())).isEqualTo(events.containsKey(block.cid()));
    }
    compareOrder(log, random);
  }

  private void compareOrder(EventStore log, Random random) {
    TreeMap<byte[], EventId> order = new TreeMap<>(Arrays::compareUnsigned);
    events.values().forEach(e -> e.eventId().ifPresent(id -> order.put(id.bytes(), id)));
    List<EventId> keys = new ArrayList<>();
    log.scanKeys(EventStoreContract.MIN, EventStoreContract.MAX, keys::add);
    assertThat(keys).isEqualTo(List.copyOf(order.values()));
    List<byte[]> sorted = List.copyOf(order.keySet());
    for (int i = 0; i < 10 && !sorted.isEmpty(); i++) {
      byte[] from = sorted.get(random.nextInt(sorted.size()));
      KeySum sum = new KeySum();
      order.tailMap(from, true).keySet().forEach(sum::addKey);
      assertThat(log.rangeHash(from, EventStoreContract.MAX)).isEqualTo(sum.rangeHash());
    }
  }
}
