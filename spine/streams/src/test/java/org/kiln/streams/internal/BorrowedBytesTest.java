package org.kiln.streams.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamWriter;
import org.kiln.ipld.DagCbor;
import org.kiln.streams.Notes;
import org.kiln.streams.Scene;

/** A plugin goes on using the arrays that it gave to the node, and those that it got from it. */
class BorrowedBytesTest {
  private static final byte[] BYTES =
      DagCbor.encode(Ipld.map("header", Ipld.map("note", Ipld.of("start"))));

  @Test
  void shouldKeepWhatWasVerified() throws Exception {
    try (Scene scene = new Scene()) {
      byte[] buffer = BYTES.clone();
      List<Block> init =
          List.of(
              new Block(Cid.sha256(Cid.DAG_CBOR, buffer), buffer), Block.of(Cid.DAG_CBOR, buffer));
      Arrays.fill(buffer, (byte) 0); // for the next one
      StreamState created =
          new ExtensionsWriter(scene.streams, false)
              .create(Notes.CODE, init.subList(0, 1), StreamWriter.Options.until(Scene.in(30)));
      init.forEach(block -> Arrays.fill(block.data(), (byte) 0));

      for (int reader = 0; reader < 2; reader++) {
        FeedEvent event = first(scene);
        assertThat(event.cid()).isEqualTo(created.tip());
        assertThat(event.blocks()).hasSize(1).allMatch(Block::verified);
        assertThat(event.blocks().getFirst().data()).isEqualTo(BYTES);
        event.blocks().forEach(block -> Arrays.fill(block.data(), (byte) 0));
        assertThat(event.blocks()).allMatch(Block::verified);
      }
      assertThat(init).allMatch(Block::verified);
      assertThat(Stream.of(scene.store.block(init.getFirst().cid()).orElseThrow()))
          .containsExactly(init.getFirst());
    }
  }

  private static FeedEvent first(Scene scene) throws Exception {
    try (FeedCursor<FeedEvent> events = scene.store.feed().events(scene.store.feed().beginning())) {
      return events.next(1, Duration.ofSeconds(30)).getFirst();
    }
  }
}
