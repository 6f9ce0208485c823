package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreException.Kind;
import org.kiln.api.store.Table;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NodeTables;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.derive.TreeRoom;

/** A rebuild says that all is well only when it is. */
class RebuildTest {
  private static final int STREAMS = 20;

  private final Scene scene = new Scene();
  private final List<StreamId> streams = new ArrayList<>();

  @BeforeEach
  void create() throws Exception {
    for (int i = 0; i < STREAMS; i++) {
      StreamId stream = scene.create(Scene.init("stream " + i));
      scene.streams.apply(stream, Scene.note(stream, stream.init(), "more"), Scene.WRITE);
      streams.add(stream);
    }
  }

  @AfterEach
  void close() {
    scene.disk.heal();
    scene.close();
  }

  private Rebuild.Report rebuild() throws Exception {
    return scene.streams.rebuild(scene.store).run((done, total) -> {});
  }

  private List<byte[]> keys(Table table) {
    return scene.store.read(
        snapshot -> {
          List<byte[]> keys = new ArrayList<>();
          try (Cursor cursor = snapshot.range(table, null, null, false)) {
            while (cursor.next()) {
              keys.add(cursor.key());
            }
          }
          return keys;
        });
  }

  private void write(Table table, byte[] key, byte[] value) throws Exception {
    scene.store.write(
        batch -> {
          if (value == null) {
            batch.delete(table, key);
          } else {
            batch.put(table, key, value);
          }
        },
        Durability.BUFFERED,
        Deadline.NONE);
  }

  private static void fails(ThrowingCallable rebuild, Kind kind) {
    assertThatThrownBy(rebuild)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void shouldNameAStreamThatHasNoRoomAndDeriveAllOthers() throws Exception {
    Scene.Story giant = new Scene.Story();
    List<DecodedEvent> events = new ArrayList<>(List.of(giant.init));
    for (int i = 0; i < 4_000; i++) {
      int before = i < 2 ? 0 : events.size() - 2;
      String note = i % 2 == 0 ? "left" : "right";
      events.add(Scene.note(giant.stream, events.get(before).event().cid(), note));
    }
    scene.keep(giant.stream, events);
    try (Streams small = scene.open(new Notes(1), 1 << 20, TreeRoom.of(1 << 20))) {
      Rebuild.Report report = small.rebuild(scene.store).run((done, total) -> {});
      assertThat(report.streams()).isEqualTo(STREAMS);
      assertThat(report.left())
          .singleElement()
          .asString()
          .contains(giant.stream.toString(), "MiB of its heap");
      assertThat(report.invalid() + report.waiting() + report.orphans()).isZero();
    }
  }

  @Test
  void shouldDeriveEveryStreamOfAHealthyLog() throws Exception {
    assertThat(rebuild()).isEqualTo(new Rebuild.Report(STREAMS, 0, 0, 0, List.of()));
    assertThat(keys(NodeTables.STATES)).hasSize(STREAMS);
  }

  @Test
  void rejectsALogWithAHole() throws Exception {
    for (Table table : List.of(NodeTables.EVENTS, NodeTables.SEQUENCE)) {
      // Also the last one: a log that just ends is a hole as well.
      for (byte[] key : List.of(keys(table).getFirst(), keys(table).getLast())) {
        byte[] value = scene.store.read(snapshot -> snapshot.get(table, key));
        write(table, key, null);
        fails(this::rebuild, Kind.CORRUPT);
        write(table, key, value);
        assertThat(rebuild().streams()).isEqualTo(STREAMS);
      }
    }
  }

  @Test
  void rejectsAnEventThatIsNotWhatWasKept() throws Exception {
    byte[] key = keys(NodeTables.EVENTS).get(STREAMS);
    byte[] value = scene.store.read(snapshot -> snapshot.get(NodeTables.EVENTS, key));
    value[value.length - 1] ^= 1;
    write(NodeTables.EVENTS, key, value);
    fails(this::rebuild, Kind.CORRUPT);
    assertThat(scene.store.damage().met()).isPositive();
  }

  @Test
  void shouldTellFirstEventsThatAreMissing() throws Exception {
    write(NodeTables.BLOCKS, streams.get(3).init().bytes(), null);
    assertThat(rebuild().orphans()).isEqualTo(1);
  }

  @Test
  void shouldEndWithItsReasonOnAFullDisk() throws Exception {
    scene.disk.fails(Kind.FULL, (table, key, write) -> write && table.equals(NodeTables.STATES));
    assertThatThrownBy(this::rebuild)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL))
        .hasMessageContaining("FULL");
    assertThat(scene.store.damage().met()).isZero();
    scene.disk.heal();
    assertThat(rebuild().streams()).isEqualTo(STREAMS);
    assertThat(keys(NodeTables.STATES)).hasSize(STREAMS);
  }

  @Test
  void shouldEndWithItsReasonWhereTheStoreIsDamaged() throws Exception {
    byte[] first = streams.get(0).bytes();
    scene.disk.fails(
        Kind.CORRUPT,
        (table, key, write) ->
            write && table.equals(NodeTables.STATES) && Arrays.equals(key, first));
    fails(this::rebuild, Kind.CORRUPT);
  }
}
