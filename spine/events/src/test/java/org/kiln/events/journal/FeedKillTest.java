package org.kiln.events.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.Admission;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.events.ClosedStore;
import org.kiln.events.EventStore;
import org.kiln.events.KilledProcess;
import org.kiln.events.TestEvents;
import org.kiln.store.xodus.XodusBackend;

/** A process is killed in the middle of writing: what a reader had seen stays where it was. */
class FeedKillTest {
  private static final int ENOUGH = 2_000;
  private static final String END = ";";

  private static StoreSpec spec(Path directory) {
    return StoreSpec.of(directory, NodeTables.ALL, Map.of());
  }

  private static EventStore open(Path directory) {
    return EventStore.open(new XodusBackend().open(spec(directory)));
  }

  @Test
  void shouldKeepWhatAReaderHadSeen(@TempDir Path directory) throws Exception {
    List<List<String>> lives = new ArrayList<>();
    // The second process goes on where the first was killed, and is killed too.
    for (int life = 1; life <= 2; life++) {
      int enough = life * ENOUGH;
      List<String> more =
          KilledProcess.run(
              Follower.class, directory, line -> position(line.replace(END, "")) >= enough);
      lives.add(more.stream().filter(line -> line.endsWith(END)).toList());
    }
    List<String> there = new ArrayList<>();
    try (EventStore after = open(directory)) {
      try (FeedCursor<FeedEvent> cursor = after.feed().events(after.feed().beginning())) {
        List<FeedEvent> page;
        do {
          page = cursor.next(1_000, Duration.ZERO);
          page.forEach(event -> there.add(line(event)));
        } while (!page.isEmpty());
      }
    }
    assertThat(there).doesNotHaveDuplicates();
    for (List<String> said : lives) {
      assertThat(said).hasSizeGreaterThan(ENOUGH / 4);
      int from = there.indexOf(said.getFirst());
      assertThat(from).isNotNegative();
      assertThat(there.subList(from, from + said.size())).isEqualTo(said);
    }
    ClosedStore.Report report =
        new ClosedStore(new XodusBackend(), spec(directory)).check((done, of) -> {});
    assertThat(report.what()).isEmpty();
  }

  private static String line(FeedEvent event) {
    return event.token().position() + " " + event.cid() + END;
  }

  private static long position(String line) {
    return Long.parseLong(line.substring(0, line.indexOf(' ')));
  }

  /** The process that is killed: says what a reader sees, beginning behind what it saw before. */
  public static final class Follower {
    private Follower() {}

    /** Writes, and reads, until it is killed. */
    public static void main(String[] args) throws Exception {
      EventStore log = open(Path.of(args[0]));
      FeedCursor<FeedEvent> cursor = log.feed().events(log.feed().now());
      Thread.ofPlatform().daemon().start(() -> write(log));
      while (true) {
        StringBuilder lines = new StringBuilder();
        for (FeedEvent event : cursor.next(100, Duration.ofSeconds(10))) {
          lines.append(line(event)).append('\n');
        }
        System.out.print(lines);
        System.out.flush();
      }
    }

    private static void write(EventStore log) {
      Random random = new Random();
      try {
        while (true) {
          List<Admission> some = new ArrayList<>();
          NewEvent last = TestEvents.init(random);
          some.add(new Admission(last, Optional.empty(), Origin.CLIENT, created()));
          for (int i = random.nextInt(30); i > 0; i--) {
            NewEvent next = TestEvents.following(last, random);
            some.add(new Admission(next, Optional.of(last.cid()), Origin.NODE, Optional.empty()));
            last = next;
          }
          Collections.shuffle(some, random);
          int half = random.nextInt(some.size() + 1);
          for (List<Admission> part :
              List.of(some.subList(0, half), some.subList(half, some.size()))) {
            log.admit(part, batch -> {}, Deadline.NONE);
          }
        }
      } catch (LogBusyException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Optional<StreamChange.Kind> created() {
      return Optional.of(StreamChange.Kind.CREATED);
    }
  }
}
