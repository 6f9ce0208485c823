package org.kiln.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.events.guard.GuardedStore;
import org.kiln.events.write.WriterSettings;
import org.kiln.store.xodus.XodusBackend;

/** Looking through a store, and saving what can be read of it. */
class ClosedStoreTest {
  private static final int EVENTS = 2_000;

  @TempDir Path data;

  private final XodusBackend backend = new XodusBackend();
  private final List<NewEvent> kept = new ArrayList<>();

  private StoreSpec spec(String directory) {
    return StoreSpec.of(data.resolve(directory), NodeTables.ALL, Map.of());
  }

  private EventStore open(String directory) {
    StoreSpec spec = spec(directory);
    return EventStore.open(
        GuardedStore.open(backend, spec), WriterSettings.defaults(), spec.directory());
  }

  @BeforeEach
  void keepEvents() throws Exception {
    Random random = new Random(11);
    for (int i = 0; i < EVENTS; i++) {
      kept.add(TestEvents.init(random));
    }
    try (EventStore log = open("store")) {
      for (int from = 0; from < EVENTS; from += 100) {
        log.append(kept.subList(from, from + 100), Deadline.NONE);
      }
    }
  }

  private ClosedStore.Report check() {
    return new ClosedStore(backend, spec("store")).check((done, of) -> {});
  }

  private Path file() {
    return data.resolve("store/00000000000.xd");
  }

  @Test
  void shouldFindNothingWrongInAHealthyStore() {
    ClosedStore.Report report = check();
    assertThat(report.what()).isEmpty();
    assertThat(report.events()).isEqualTo(EVENTS);
  }

  @Test
  void shouldSaveAllOutsideTheDamage() throws Exception {
    ResumeToken token;
    try (EventStore log = open("store")) {
      token = log.feed().now();
    }
    long size = Files.size(file());
    try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
      open.seek(size / 3);
      open.write(new byte[16 << 10]);
    }
    ClosedStore.Report found = check();
    assertThat(found.events()).isEqualTo(-1);
    assertThat(found.known()).isEqualTo(EVENTS);
    assertThat(found.what()).singleElement().asString().contains("00000000000.xd");
    assertThatThrownBy(() -> open("store")).hasMessageContaining("kiln rescue");

    ClosedStore.Report saved =
        new ClosedStore(backend, spec("store")).rescue(spec("rescued"), (done, of) -> {});
    assertThat(saved.known()).isEqualTo(EVENTS);
    assertThat(saved.events()).isBetween(EVENTS - 100L, (long) EVENTS);
    assertThat(saved.what()).anyMatch(what -> what.contains("00000000000.xd"));
    try (EventStore log = open("rescued")) {
      assertThat(log.feed().now().position()).isEqualTo(saved.events());
      assertThatThrownBy(() -> log.feed().events(token))
          .isInstanceOfSatisfying(
              FeedException.class,
              e -> assertThat(e.reason()).isEqualTo(FeedException.Reason.GONE));
      long there =
          kept.stream()
              .filter(
                  event ->
                      log.event(event.cid())
                          .filter(found1 -> found1.event().equals(event))
                          .isPresent())
              .count();
      assertThat(there).isEqualTo(saved.events());
    }
  }

  @Test
  void rejectsAStoreThatIsGoneOrShorter() throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
      open.setLength(open.length() / 2);
    }
    Files.delete(data.resolve("store/00000000000.sum"));
    assertThatThrownBy(() -> open("store"))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT))
        .hasMessageContaining("had been written");
    Files.delete(file());
    assertThatThrownBy(() -> open("store")).hasMessageContaining("had been written");
    Files.delete(data.resolve("store/xd.lck"));
    assertThatThrownBy(() -> open("store"))
        .hasMessageContaining("is empty")
        .hasMessageContaining(EVENTS + " events");
    Files.delete(data.resolve("store"));
    assertThatThrownBy(() -> open("store")).hasMessageContaining("is gone");
    Files.delete(data.resolve("store.mark"));
    try (EventStore log = open("store")) {
      assertThat(log.size()).isZero();
    }
  }

  @Test
  void shouldGoOnWithADamagedMark() throws IOException {
    Files.write(data.resolve("store.mark"), new byte[1024]);
    try (EventStore log = open("store")) {
      assertThat(log.size()).isEqualTo(EVENTS);
    }
  }
}
