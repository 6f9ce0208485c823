package org.kiln.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.streams.Scene;

class MentionIndexTest {
  private static List<MentionIndex.Range> mentioning(MentionIndex index, String controller)
      throws Exception {
    try (Scene scene = new Scene()) {
      Ipld.Map header =
          Ipld.map("note", Ipld.of("a"), "controllers", Ipld.list(Ipld.of("did:key:ann")));
      StreamId stream =
          scene.create(Scene.decode(Map.of(), Scene.block(Ipld.map("header", header))));
      StreamState state =
          scene.streams.load(
              new StreamRef(stream, Optional.empty()), LoadOptions.local(Scene.in(30)));
      index.begin();
      index.note(state);
      List<MentionIndex.Range> ranges = index.mayMention(controller);
      assertThat(ranges)
          .allMatch(range -> Arrays.compareUnsigned(range.from(), stream.bytes()) <= 0)
          .allMatch(range -> Arrays.compareUnsigned(stream.bytes(), range.to()) < 0);
      return ranges;
    }
  }

  @Test
  void shouldKnowWhereAControllerIs() throws Exception {
    assertThat(mentioning(new MentionIndex(), "did:key:ann")).hasSize(1);
    assertThat(mentioning(new MentionIndex(), "did:key:bob")).isEmpty();
  }

  @Test
  void shouldSayThatAnyoneMayBeThereWhereItIsFull() throws Exception {
    assertThat(mentioning(new MentionIndex(0), "did:key:ann")).hasSize(1);
    assertThat(mentioning(new MentionIndex(0), "did:key:bob")).hasSize(1);
  }
}
