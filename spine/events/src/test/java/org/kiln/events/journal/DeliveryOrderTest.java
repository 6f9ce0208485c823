package org.kiln.events.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Store;
import org.kiln.core.log.Admission;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.events.MortalStore;
import org.kiln.events.TestEvents;
import org.kiln.store.memory.MemoryStore;

/** Random histories of branches, in random order, in batches, with crashes between and in them. */
class DeliveryOrderTest {
  private record Made(NewEvent event, Optional<Cid> previous) {}

  @Property(tries = 40)
  void shouldDeliverEveryEventOnceAfterItsPreviousOne(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<Made> all = history(random);
    List<Made> arriving = new ArrayList<>(all);
    Collections.shuffle(arriving, random);
    Store kept = new MemoryStore(NodeTables.ALL);
    List<Cid> seen = new ArrayList<>();
    int from = 0;
    while (from < arriving.size()) {
      MortalStore process = new MortalStore(kept);
      try (EventStore log = EventStore.open(process)) {
        int life = random.nextInt(6);
        for (int i = 0; i < life && from < arriving.size(); i++) {
          int to = Math.min(arriving.size(), from + 1 + random.nextInt(40));
          log.admit(admissions(arriving.subList(from, to)), batch -> {}, Deadline.NONE);
          // Whoever sent them may send them again.
          from = random.nextInt(4) == 0 ? Math.max(0, to - 3) : to;
        }
        // What a reader has seen by now stays as it was, whatever the crash takes.
        List<Cid> now = delivered(log);
        assertThat(now.subList(0, seen.size())).isEqualTo(seen);
        seen = now;
        process.killAfter(random.nextInt(2));
      }
    }
    try (EventStore log = EventStore.open(kept)) {
      List<Cid> order = delivered(log, all.size());
      assertThat(order.subList(0, seen.size())).isEqualTo(seen);
      assertThat(order)
          .containsExactlyInAnyOrderElementsOf(
              all.stream().map(made -> made.event().cid()).toList());
      Set<Cid> before = new HashSet<>();
      for (Cid cid : order) {
        assertThat(previous(all, cid).filter(one -> !before.contains(one))).isEmpty();
        before.add(cid);
      }
      assertThat(log.journalStats().held()).isZero();
      new JournalCheck(
              kept,
              damaged -> {
                throw new AssertionError(damaged);
              })
          .run(reached -> {});
    }
  }

  private static List<Made> history(Random random) {
    List<Made> all = new ArrayList<>();
    int count = 1 + random.nextInt(300);
    for (int i = 0; i < count; i++) {
      if (all.isEmpty() || random.nextInt(15) == 0) {
        all.add(new Made(TestEvents.init(random), Optional.empty()));
      } else {
        Made previous = all.get(random.nextInt(all.size()));
        all.add(
            new Made(
                TestEvents.following(previous.event(), random),
                Optional.of(previous.event().cid())));
      }
    }
    return all;
  }

  private static Optional<Cid> previous(List<Made> all, Cid cid) {
    return all.stream()
        .filter(made -> made.event().cid().equals(cid))
        .findFirst()
        .orElseThrow()
        .previous();
  }

  /** Some say what they build on, of the others it is found in their blocks. */
  private static List<Admission> admissions(List<Made> some) {
    List<Admission> admissions = new ArrayList<>();
    for (Made made : some) {
      admissions.add(
          admissions.size() % 2 == 0
              ? Admission.of(made.event())
              : new Admission(made.event(), made.previous(), Origin.NODE, Optional.empty()));
    }
    return admissions;
  }

  private static List<Cid> delivered(EventStore log) throws Exception {
    return delivered(log, 0);
  }

  private static List<Cid> delivered(EventStore log, int atLeast) throws Exception {
    List<Cid> all = new ArrayList<>();
    try (FeedCursor<FeedEvent> cursor = log.feed().events(log.feed().beginning())) {
      List<FeedEvent> page;
      do {
        page = cursor.next(50, all.size() < atLeast ? Duration.ofSeconds(30) : Duration.ZERO);
        page.forEach(event -> all.add(event.cid()));
      } while (!page.isEmpty());
    }
    return all;
  }
}
