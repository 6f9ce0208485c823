package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.index.CollectionService.Wanted;
import org.kiln.index.sqlite.SqliteBackend;
import org.kiln.testkit.SampleStream;

/** Which models are indexed, and what is filled in of those that were not. */
class IndexedModelsTest extends RoomScene {
  @Test
  void shouldFillInWhatWasHereBeforeAModelWasIndexed() throws Exception {
    StreamId note = model("note");
    StreamId first = document(note, "first", Ipld.map());
    StreamId second = document(note, "second", Ipld.map());
    read();

    index(note);
    StreamId third = document(note, "third", Ipld.map());
    told(second);
    read();

    assertThat(found(note)).containsExactly(first, second, third);
  }

  @Test
  void shouldReadNoStreamWhileNoModelIsIndexed() throws Exception {
    StreamId note = model("note");
    document(note, "first", Ipld.map());

    read();

    assertThat(loads).hasValue(0);
  }

  /** What was read before a model was indexed says nothing of what was before that. */
  @Test
  void shouldFillInAllOfAModelThatIsIndexedWhileAnotherIsFilledIn() {
    StreamId note = model("note");
    StreamId late = model("late");
    OpenIndex index =
        new OpenIndex(
            new SqliteBackend(), IndexSpec.of(directory.resolve("another"), NetworkId.INMEMORY));
    Rows rows = new Rows(this::load);
    try (BatchReader batches = new BatchReader(rows)) {
      RowWriter writer = new RowWriter(index, rows, batches);
      writer.change((models, reached) -> List.of(IndexedModel.of(note).withFill(3, 9)));
      writer.change((models, reached) -> List.of(IndexedModel.of(late).withFill(0, 9)));

      writer.fill(List.of(), 3, 9);

      assertThat(writer.models().filling())
          .extracting(IndexedModel::id, IndexedModel::filled)
          .containsExactly(tuple(late, 0L));
    } finally {
      index.close();
    }
  }

  @Test
  void shouldAskInterfacesForWhatImplementsThem() throws Exception {
    StreamId base = model("base", "interface", Ipld.TRUE);
    StreamId deep =
        model("deep", "interface", Ipld.TRUE, "implements", Ipld.list(Ipld.of(base.toString())));
    StreamId one = model("one", "implements", Ipld.list(Ipld.of(deep.toString())));
    StreamId two = model("two", "implements", Ipld.list(Ipld.of(base.toString())));
    index(one, two);
    StreamId ofOne = document(one, "of one", Ipld.map());
    StreamId ofTwo = document(two, "of two", Ipld.map());
    read();

    assertThat(found(base)).containsExactly(ofOne, ofTwo);
    assertThat(found(deep)).containsExactly(ofOne);
    assertThat(found(deep, two)).containsExactly(ofOne, ofTwo);
    room.stop(List.of(two));
    assertThat(found(base)).containsExactly(ofOne);
    assertThatThrownBy(() -> index(base))
        .hasMessage("Model " + base + " is an interface and cannot be indexed");
    StreamId wrong = model("wrong", "implements", Ipld.list(Ipld.of(one.toString())));
    assertThatThrownBy(() -> index(wrong)).hasMessage("Model " + one + " is not an interface");
  }

  @Test
  void shouldFetchAModelThatIsNotHereAndNoDocument() throws Exception {
    StreamId note = model("note");
    elsewhere.put(note, states.remove(note));
    index(note);
    StreamId first = document(note, "first", Ipld.map());
    elsewhere.put(first, states.remove(first));

    assertThat(room.models()).extracting(IndexedModel::id).containsExactly(note);
    assertThatThrownBy(this::read).hasMessageContaining("cannot be read now");
  }

  @Test
  void rejectsWhatIsNoModelAndThenIndexesNothing() throws Exception {
    StreamId note = model("note");
    StreamId tile = StreamId.of(0, SampleStream.cid("tile"));

    assertThatThrownBy(() -> index(note, tile))
        .hasMessage("Cannot index " + tile + ", it is not a Model StreamID");

    assertThat(room.models()).isEmpty();
  }

  @Test
  void shouldTakeUpAModelAgainWithWhatCameMeanwhile() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId first = document(note, "first", Ipld.map());
    read();
    room.stop(List.of(note));
    StreamId second = document(note, "second", Ipld.map());
    read();
    assertThatThrownBy(() -> found(note)).hasMessageContaining("is not indexed on this node");

    index(note);
    read();

    assertThat(found(note)).containsExactly(first, second);
  }

  @Test
  void shouldKeepTheIndicesThatWereAskedFor() throws Exception {
    StreamId note = model("note");
    FieldIndex one = new FieldIndex(List.of(List.of("a")));
    FieldIndex two = new FieldIndex(List.of(List.of("b")));

    room.index(List.of(new Wanted(note, List.of(one))), PATIENCE);
    room.index(List.of(new Wanted(note, List.of(two, one))), PATIENCE);
    index(note);

    Map<StreamId, List<FieldIndex>> kept = new HashMap<>();
    for (IndexedModel model : room.models()) {
      kept.put(model.id(), model.indices());
    }
    assertThat(kept).isEqualTo(Map.of(note, List.of(one, two)));
  }

  @Test
  void rejectsMoreIndicesThanAnybodyCouldUse() {
    StreamId note = model("note");
    List<FieldIndex> many =
        IntStream.range(0, 65).mapToObj(i -> new FieldIndex(List.of(List.of("f" + i)))).toList();

    assertThatThrownBy(() -> room.index(List.of(new Wanted(note, many)), PATIENCE))
        .hasMessage("Model " + note + " is to have more than 64 indices");
  }

  @Test
  void shouldListModelsWhenTheModelOfModelsIsIndexed() throws Exception {
    StreamId before = model("before");
    read();
    index(StreamId.MODEL);
    StreamId after = model("after");
    read();

    assertThat(found(StreamId.MODEL)).containsExactly(before, after);
  }
}
