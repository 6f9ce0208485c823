package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.NewEvent;
import org.kiln.ipld.event.DecodedEvent;

/**
 * A stream of many branches costs as much as its events, whatever their shape: at once, or one by
 * one, when each costs as much as the events in which the branches differ. Counted in events that
 * the stream type is asked about and that are read from the log, not in time.
 */
class ManyBranchesTest {
  private static final int BRANCHES = 100;
  private static final int LENGTH = 100;

  private final Notes type = new Notes(1);
  private final Scene scene = new Scene(type);
  private final Scene.Story story = new Scene.Story();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void shouldLookAtEachOfTenThousandEventsOnce() throws Exception {
    List<NewEvent> events = new ArrayList<>();
    events.add(kept(story.init, LogEntry.Kind.INIT));
    branches().forEach(note -> events.add(kept(note, LogEntry.Kind.DATA)));
    for (int i = 0; i < events.size(); i += 500) {
      scene.store.append(events.subList(i, Math.min(events.size(), i + 500)), Scene.in(30));
    }
    StreamState state = scene.load(story.stream);
    assertThat(state.log()).hasSize(LENGTH + 2);
    assertThat(Scene.notes(state)).last().isEqualTo("99/100");
    assertThat(type.applied()).isEqualTo(events.size());
    assertThat(scene.log.read()).isEqualTo(events.size());
  }

  @Test
  void shouldLookAtEachOfTenThousandEventsOnceWhenTheyComeBranchByBranch() throws Exception {
    List<DecodedEvent> notes = branches();
    receive(story.init);
    for (DecodedEvent note : notes) {
      receive(note);
    }
    // The first branch was a straight stream, and is looked at once more when the second begins.
    demandLinear(notes.size(), LENGTH);
  }

  @Test
  void shouldLookAtEachOfTenThousandEventsOnceWhenTheBranchesGrowSideBySide() throws Exception {
    List<DecodedEvent> notes = branches();
    receive(story.init);
    for (int depth = 0; depth < LENGTH; depth++) {
      for (int branch = 0; branch < BRANCHES; branch++) {
        receive(notes.get(branch * LENGTH + depth));
      }
    }
    receive(notes.get(notes.size() - 1));
    demandLinear(notes.size(), 2);
  }

  @Test
  void shouldNotStartAgainForABranchThatLeavesALongHistoryLate() throws Exception {
    List<DecodedEvent> trunk = branch("I", "t", 600);
    receive(story.init);
    for (DecodedEvent note : trunk) {
      receive(note);
    }
    receive(Scene.note(story.stream, story.cid("t/590"), "first"));
    int applied = type.applied();
    long read = scene.log.read();
    for (int i = 0; i < 100; i++) {
      receive(Scene.note(story.stream, story.cid("t/" + (480 + i)), "late " + i));
    }
    assertThat(type.applied() - applied)
        .as("from the nearest state that was kept")
        .isLessThan(100 * 64);
    assertThat(scene.log.read() - read).isLessThan(100 * 66);
    assertThat(scene.load(story.stream).log()).hasSize(601);
  }

  @Test
  void shouldKeepWhatComesBeforeItsPredecessorWithoutLookingAtAllAgain() throws Exception {
    List<DecodedEvent> notes = branch("I", "n", 1_000);
    receive(story.init);
    for (int i = 0; i < notes.size(); i += 2) {
      receive(notes.get(i + 1));
      receive(notes.get(i));
    }
    assertThat(scene.load(story.stream).log()).hasSize(1_001);
    assertThat(type.applied()).isLessThan(1_010);
    assertThat(scene.log.read()).isLessThan(2_020);
  }

  private void demandLinear(int notes, int again) throws Exception {
    StreamState state = scene.load(story.stream);
    assertThat(Scene.notes(state)).last().isEqualTo("99/100");
    assertThat(type.applied()).isBetween(notes + 1, notes + 1 + 2 + again);
    assertThat(scene.log.read()).isLessThan(2L * notes);
  }

  private void receive(DecodedEvent event) throws Exception {
    Scene.receive(scene.streams, story.stream, event, Scene.PEER, Scene.in(30));
  }

  /** One after the other; the last is one event longer and wins. */
  private List<DecodedEvent> branches() {
    List<DecodedEvent> notes = new ArrayList<>();
    for (int branch = 0; branch < BRANCHES; branch++) {
      notes.addAll(
          branch("I", Integer.toString(branch), branch == BRANCHES - 1 ? LENGTH + 1 : LENGTH));
    }
    return notes;
  }

  private List<DecodedEvent> branch(String from, String name, int length) {
    List<DecodedEvent> notes = new ArrayList<>();
    String last = from;
    for (int i = 0; i < length; i++) {
      String next = name + "/" + i;
      story.note(next, last);
      notes.add(story.events.get(next));
      last = next;
    }
    return notes;
  }

  private NewEvent kept(DecodedEvent event, LogEntry.Kind kind) {
    return new NewEvent(
        story.stream, event.event().cid(), kind, Optional.empty(), true, 1, event.blocks());
  }
}
