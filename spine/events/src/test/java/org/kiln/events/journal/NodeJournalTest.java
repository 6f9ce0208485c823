package org.kiln.events.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.log.Admission;
import org.kiln.core.log.Journal.Move;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.events.FaultyStore;
import org.kiln.events.TestEvents;
import org.kiln.store.memory.MemoryStore;

class NodeJournalTest {
  private final FaultyStore disk = new FaultyStore(new MemoryStore(NodeTables.ALL));
  private final NewEvent init = TestEvents.init(new Random(1));
  private final NewEvent next = TestEvents.data(init.stream(), new Random(2));

  @Test
  void shouldKnowTheLastTipWhileItIsNotWritten() throws Exception {
    try (EventStore log = EventStore.open(disk)) {
      log.admit(
          List.of(new Admission(init, Optional.empty(), Origin.CLIENT, Optional.of(Kind.CREATED))),
          batch -> {},
          Deadline.NONE);
      assertThat(log.journal().lastTips(Set.of(init.stream())))
          .containsEntry(init.stream(), init.cid());
      disk.full(true);
      log.journal()
          .note(List.of(), List.of(new Move(init.stream(), next.cid(), Kind.UPDATED, Origin.NODE)));
      assertThat(log.journal().lastTips(Set.of(init.stream())))
          .containsEntry(init.stream(), next.cid());
      disk.full(false);
      log.append(List.of(next), Deadline.NONE);
      assertThat(log.journal().lastTips(Set.of(init.stream())))
          .containsEntry(init.stream(), next.cid());
    }
  }
}
