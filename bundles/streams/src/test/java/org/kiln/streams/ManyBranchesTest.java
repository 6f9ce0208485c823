package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.NewEvent;
import org.kiln.ipld.event.DecodedEvent;

/** A stream of many branches costs as much as its events, whatever their shape. */
class ManyBranchesTest {
  private static final int BRANCHES = 100;
  private static final int LENGTH = 100;

  @Test
  void shouldLookAtEachOfTenThousandEventsOnceAndApplyTheChosenBranch() throws Exception {
    Notes type = new Notes(1);
    try (Scene scene = new Scene(type)) {
      Scene.Story story = new Scene.Story();
      List<NewEvent> events = new ArrayList<>();
      events.add(kept(story, story.init, LogEntry.Kind.INIT));
      for (int branch = 0; branch < BRANCHES; branch++) {
        Cid tip = story.cid("I");
        // The last branch is the longest and wins.
        int length = branch == BRANCHES - 1 ? LENGTH + 1 : LENGTH;
        for (int i = 0; i < length; i++) {
          DecodedEvent note = Scene.note(story.stream, tip, branch + "/" + i);
          events.add(kept(story, note, LogEntry.Kind.DATA));
          tip = note.event().cid();
        }
      }
      for (int i = 0; i < events.size(); i += 500) {
        scene.store.append(events.subList(i, Math.min(events.size(), i + 500)), Scene.in(30));
      }
      StreamState state = scene.load(story.stream);
      assertThat(state.log()).hasSize(LENGTH + 2);
      assertThat(Scene.notes(state)).last().isEqualTo("99/100");
      assertThat(type.applied())
          .as("each event once to see whether it is valid, and the chosen branch once more")
          .isEqualTo(events.size() + LENGTH + 1);
    }
  }

  private static NewEvent kept(Scene.Story story, DecodedEvent event, LogEntry.Kind kind) {
    return new NewEvent(
        story.stream, event.event().cid(), kind, Optional.empty(), true, 1, event.blocks());
  }
}
