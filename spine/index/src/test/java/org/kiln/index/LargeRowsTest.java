package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.index.sqlite.SqliteBackend;

/** Many documents at once, which would not fit into the memory at once. */
class LargeRowsTest extends RoomScene {
  private static final int DOCUMENTS = 700;
  private static final int CHARS = 40_000;

  @Test
  void shouldFillInAsManyAtOnceAsFitAndGoOnBehindThem() throws Exception {
    StreamId note = model("note");
    Ipld content = Ipld.map("text", Ipld.of("x".repeat(CHARS)));
    List<StreamId> notes = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      notes.add(document(note, "note " + i, content));
    }
    OpenIndex index =
        new OpenIndex(
            new SqliteBackend(), IndexSpec.of(directory.resolve("another"), NetworkId.INMEMORY));
    Rows rows = new Rows(this::load);
    try (BatchReader batches = new BatchReader(rows);
        FeedCursor<StreamChange> cursor = feed.changes(feed.beginning())) {
      List<StreamChange> changes = cursor.next(DOCUMENTS + 1, Duration.ZERO);
      long end = cursor.position().position();
      RowWriter writer = new RowWriter(index, rows, batches);
      writer.change((models, reached) -> List.of(IndexedModel.of(note).withFill(0, end)));

      writer.fill(changes, 0, end);

      IndexedModel halfway = writer.models().filling().get(0);
      assertThat(halfway.filled()).isBetween(1L, end - 1);
      List<StreamChange> rest =
          changes.stream().filter(c -> c.token().position() > halfway.filled()).toList();
      writer.fill(rest, halfway.filled(), end);

      assertThat(writer.models().filling()).isEmpty();
      IndexQuery all = IndexQuery.of(Set.of(note)).first(DOCUMENTS);
      assertThat(index.get().page(all, PATIENCE).places())
          .extracting(IndexPlace::stream)
          .isEqualTo(notes);
    } finally {
      index.close();
    }
  }
}
