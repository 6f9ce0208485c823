package org.kiln.streams.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NodeTables;
import org.kiln.streams.MissingTypeTest;
import org.kiln.streams.Notes;
import org.kiln.streams.Scene;
import org.kiln.streams.Streams;

/** What streams wait for outlives a restart, and costs nothing where nothing waits. */
class UnfinishedTest {
  private final Scene scene = new Scene();
  private final LaterByHand later = new LaterByHand();

  @AfterEach
  void close() {
    scene.close();
  }

  private Unfinished unfinished(int most) {
    return new Unfinished(scene.store, later, most);
  }

  private Map<String, String> rows() {
    return scene.store.read(
        snapshot -> {
          Map<String, String> rows = new TreeMap<>();
          try (Cursor cursor = snapshot.range(NodeTables.UNFINISHED, null, null, false)) {
            while (cursor.next()) {
              rows.put(
                  StreamId.of(cursor.key()).toString(),
                  new String(cursor.value(), StandardCharsets.UTF_8));
            }
          }
          return rows;
        });
  }

  @Test
  void shouldKeepWhatAStreamWaitsForUntilItIsThere() {
    StreamId stream = Scene.id(Scene.init("a"));
    Unfinished unfinished = unfinished(10);
    unfinished.waits(stream, Dependency.chain("test:1"));
    unfinished.waits(stream, Dependency.didMethod("web"));
    later.turn();
    assertThat(rows()).containsOnly(Map.entry(stream.toString(), "did-method:web"));

    Unfinished next = unfinished(10);
    List<String> found = new ArrayList<>();
    next.read((missing, waiter) -> found.add(missing + " for " + waiter));
    later.turn();
    assertThat(found).containsExactly("did-method:web for " + stream);

    next.finished(stream);
    later.turn();
    assertThat(rows()).isEmpty();
  }

  @Test
  void shouldReadWhatReleasesWrotePlainly() throws Exception {
    StreamId needed = Scene.id(Scene.init("needed"));
    List<String> texts =
        List.of(
            "stream:" + needed,
            "stream-type:" + Notes.CODE,
            "did-method:web",
            "did:did:web:example.com",
            "alg:ES256K",
            "cacao-type:eip1271",
            "chain:eip155:1",
            "caip10-account:fil",
            "what nobody wrote");
    scene.store.write(
        batch -> {
          for (int i = 0; i < texts.size(); i++) {
            batch.put(
                NodeTables.UNFINISHED,
                Scene.id(Scene.init("n" + i)).bytes(),
                texts.get(i).getBytes(StandardCharsets.UTF_8));
          }
        },
        Durability.BUFFERED,
        Scene.in(30));
    List<Dependency> found = new ArrayList<>();
    unfinished(100).read((missing, stream) -> found.add(missing));
    later.turn();
    assertThat(found)
        .containsExactlyInAnyOrder(
            Dependency.stream(needed),
            Dependency.streamType(Notes.CODE),
            Dependency.didMethod("web"),
            new Dependency.Did("did:web:example.com"),
            Dependency.algorithm("ES256K"),
            Dependency.cacaoType("eip1271"),
            Dependency.chain("eip155:1"),
            new Dependency.Other("caip10-account", "fil"),
            new Dependency.Other("unknown", "what nobody wrote"));
  }

  @Test
  void shouldWriteNothingForStreamsThatLackNothing() {
    Unfinished unfinished = unfinished(10);
    unfinished.finished(Scene.id(Scene.init("a")));
    assertThat(later.pauses()).isEmpty();
  }

  @Test
  void shouldReadOnWhenThereIsRoomAgain() throws Exception {
    List<StreamId> streams = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      streams.add(Scene.id(Scene.init("n" + i)));
    }
    scene.store.write(
        batch ->
            streams.forEach(
                stream ->
                    batch.put(
                        NodeTables.UNFINISHED,
                        stream.bytes(),
                        "chain:x".getBytes(StandardCharsets.UTF_8))),
        Durability.BUFFERED,
        Scene.in(30));
    List<StreamId> found = new ArrayList<>();
    Unfinished unfinished = unfinished(600);
    unfinished.read((missing, stream) -> found.add(stream));
    later.turn();
    assertThat(found).as("whole pages, until there are enough").hasSize(1_000);

    List.copyOf(found).forEach(unfinished::finished);
    later.turn();
    later.turn();
    assertThat(found).containsExactlyInAnyOrderElementsOf(streams);
    found.forEach(unfinished::finished);
    unfinished.close();
    assertThat(rows()).isEmpty();
  }

  @Test
  void shouldDeriveAfterARestartWhatNobodyReads() throws Exception {
    MissingTypeTest.Switch extensions = new MissingTypeTest.Switch();
    extensions.set(false);
    Scene.Story story = new Scene.Story().note("A", "I");
    try (Streams before = scene.open(extensions)) {
      Scene.receive(before, story.stream, story.init, Scene.PEER, Scene.in(30));
      Scene.receive(before, story.stream, story.events.get("A"), Scene.PEER, Scene.in(30));
    }
    assertThat(rows()).containsOnlyKeys(story.stream.toString());

    // The type is not there yet when the node starts, comes, and is there from the start.
    for (boolean late : new boolean[] {true, false}) {
      MissingTypeTest.Switch others = new MissingTypeTest.Switch();
      others.set(!late);
      try (Streams after = scene.open(others)) {
        after.start();
        if (late) {
          await(() -> after.stats().waiting() == 1);
        }
        others.set(true);
        await(() -> rows().isEmpty());
        // Told when it comes the first time, and not once more.
        await(() -> !scene.journal.moves().isEmpty());
        assertThat(scene.journal.moves()).hasSize(1);
        unfinished(10).waits(story.stream, Dependency.streamType(Notes.CODE));
        later.turn();
      }
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
