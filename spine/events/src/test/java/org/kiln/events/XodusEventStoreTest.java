package org.kiln.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.StoredEvent;
import org.kiln.events.write.WriterSettings;
import org.kiln.store.xodus.XodusBackend;

class XodusEventStoreTest extends EventStoreContract {
  private static final long SEED = 77;

  @Override
  Store openStore(Path directory) {
    return new XodusBackend().open(StoreSpec.of(directory, NodeTables.ALL, Map.of()));
  }

  @Test
  void shouldFindEverythingWhenOpenedAgain() throws LogBusyException {
    List<NewEvent> all = new ArrayList<>(inits(700));
    log().append(all, Deadline.NONE);
    List<StoredEvent> before = scanned(0);
    reopen();
    assertThat(log().lastSequence()).isEqualTo(700);
    assertThat(scanned(0)).isEqualTo(before);
    assertThat(log().rangeHash(MIN, MAX)).isEqualTo(naive(all));
    List<NewEvent> more = inits(3);
    assertThat(log().append(more, Deadline.NONE)).containsExactly(701L, 702L, 703L);
    all.addAll(more);
    reopen();
    assertThat(log().lastSequence()).isEqualTo(703);
    assertThat(log().rangeHash(MIN, MAX)).isEqualTo(naive(all));
  }

  @Test
  void rejectsALogOfAnotherFormat(@TempDir Path other) {
    try (Store store = openStore(other)) {
      byte[] format = ByteBuffer.allocate(Long.BYTES).putLong(99).array();
      byte[] key = "format".getBytes(StandardCharsets.UTF_8);
      store.write(batch -> batch.put(NodeTables.LOG_META, key, format), Durability.SYNCED);
    }
    try (Store store = openStore(other)) {
      WriterSettings settings = WriterSettings.defaults();
      assertThatThrownBy(() -> EventStore.open(store, settings))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT))
          .hasMessageContaining("format");
    }
  }

  /** Everything the process said it had kept is there after it was killed, and all of it fits. */
  @Test
  void shouldKeepWhatWasAcknowledgedWhenKilled(@TempDir Path killed) throws Exception {
    long acknowledged = runAndKill(killed);
    assertThat(acknowledged).isPositive();
    try (EventStore after = EventStore.open(openStore(killed))) {
      assertThat(after.lastSequence()).isGreaterThanOrEqualTo(acknowledged);
      Random random = new Random(SEED);
      List<NewEvent> expected = new ArrayList<>();
      for (long i = 0; i < after.lastSequence(); i++) {
        expected.add(TestEvents.init(random));
      }
      List<StoredEvent> found = new ArrayList<>();
      after.scan(0, found::add);
      assertThat(events(found)).isEqualTo(expected);
      assertThat(after.rangeHash(MIN, MAX)).isEqualTo(naive(expected));
      assertThat(after.append(List.of(TestEvents.init(random)), Deadline.NONE))
          .containsExactly(expected.size() + 1L);
    }
  }

  private static long runAndKill(Path directory) throws IOException, InterruptedException {
    List<String> said =
        KilledProcess.run(Writer.class, directory, line -> Long.parseLong(line) >= 1_000);
    return said.isEmpty() ? 0 : Long.parseLong(said.getLast());
  }

  /** The process that is killed: says after every batch how many events are kept. */
  public static final class Writer {
    private Writer() {}

    /** Writes until it is killed. */
    public static void main(String[] args) throws LogBusyException {
      Random random = new Random(SEED);
      Store store =
          new XodusBackend().open(StoreSpec.of(Path.of(args[0]), NodeTables.ALL, Map.of()));
      try (EventStore log = EventStore.open(store)) {
        for (int batch = 0; batch < 100_000; batch++) {
          List<NewEvent> events = new ArrayList<>();
          for (int i = 0; i <= batch % 40; i++) {
            events.add(TestEvents.init(random));
          }
          System.out.println(log.append(events, Deadline.NONE).getLast());
        }
      }
    }
  }
}
