package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.testkit.SampleStream;

class IndexRoomTest extends RoomScene {
  @Test
  void shouldFindDocumentsOfItsModelsInTheOrderTheyCame() throws Exception {
    StreamId note = model("note");
    StreamId other = model("other");
    index(note);
    StreamId second = document(note, "b", Ipld.map());
    StreamId third = document(note, "a", Ipld.map());
    document(other, "c", Ipld.map());
    told(second);
    read();

    assertThat(found(note)).containsExactly(second, third);
    assertThatThrownBy(() -> found(other))
        .hasMessage("Query failed: Model " + other + " is not indexed on this node");
  }

  @Test
  void shouldGoOnAfterARestartWithWhatItHas() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId first = document(note, "first", Ipld.map());
    read();
    close();
    StreamId second = document(note, "second", Ipld.map());

    open();
    read();

    assertThat(found(note)).containsExactly(first, second);
  }

  @Test
  void shouldShowADocumentOnceItHasContentAndHideItWhenAsked() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId empty = document(note, "first", Ipld.NULL);
    StreamId full = document(note, "second", Ipld.map());
    read();
    assertThat(found(note)).containsExactly(full);

    put(empty, Ipld.map(), metadata(note));
    read();
    assertThat(found(note)).containsExactly(empty, full);

    put(full, Ipld.map(), metadata(note).with("shouldIndex", Ipld.FALSE));
    read();
    assertThat(found(note)).containsExactly(empty);
  }

  @Test
  void shouldCompareNumbersAndTextsInOneForm() throws Exception {
    StreamId note = model("note");
    index(note);
    double large = 1234567890123456768.0;
    StreamId one = document(note, "one", Ipld.map("n", new Ipld.Float64(large)));
    StreamId two = document(note, "two", Ipld.map("n", Ipld.of(1234567890123456768L)));
    StreamId three = document(note, "three", Ipld.map("n", Ipld.of("a\0b"), "x\0", Ipld.of(1)));
    read();

    assertThat(Canonical.of(new Ipld.Float64(Long.MIN_VALUE))).isEqualTo(Ipld.of(Long.MIN_VALUE));

    assertThat(where(note, "n", new Ipld.Float64(large))).containsExactly(one, two);
    assertThat(where(note, "n", Ipld.of("a\0b"))).containsExactly(three);
    assertThat(where(note, "x\0", Ipld.of(1))).containsExactly(three);
  }

  /** PostgreSQL refuses U+0000 in any text, and with it all that is written or asked. */
  @Test
  void shouldHandNoNulToADatabaseWhoeverControlsADocumentOrAsks() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId id = StreamId.of(3, SampleStream.cid("of somebody odd"));
    Ipld.Map odd = metadata(note).with("controllers", Ipld.list(Ipld.of("did:\0")));
    put(id, Ipld.map("n", Ipld.of("a\0b")), odd);
    read();

    IndexQuery all = IndexQuery.of(Set.of(note)).first(100);
    for (String did : List.of("did:\0", "did:\uFFFD")) {
      assertThat(room.count(all.ofAccount(did), PATIENCE)).isEqualTo(1);
    }
    IndexQuery sorted = all.sortedBy(List.of(new SortKey("n", false)));
    IndexPlace place = room.page(sorted, PATIENCE).places().get(0);
    IndexPlace forged = new IndexPlace(List.of(Ipld.of("a\0b")), place.created(), id);
    assertThat(room.page(sorted.after(forged), PATIENCE).places()).isEmpty();
  }

  private List<StreamId> where(StreamId model, String field, Ipld value) throws StreamException {
    IndexQuery query =
        IndexQuery.of(Set.of(model))
            .where(new IndexFilter.Compare(field, IndexFilter.Relation.EQUAL, value));
    return room.page(query.first(100), PATIENCE).places().stream().map(IndexPlace::stream).toList();
  }

  @Test
  void shouldWaitForWhatWasWrittenBeforeAndSayWhyItDoesNotCome() throws Exception {
    close();
    open(Duration.ofMillis(50));
    StreamId note = model("note");
    // Before anything is read: nothing is to be filled in, which would be waited for as well.
    index(note);
    read();
    assertThat(found(note)).isEmpty();

    document(note, "first", Ipld.map());

    assertThatThrownBy(() -> found(note))
        .isInstanceOfSatisfying(
            StreamException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
        .hasMessageContaining("The index is behind");
    read();
    assertThat(found(note)).hasSize(1);
  }

  @Test
  void shouldBeginAnewWithANewJournal() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId first = document(note, "first", Ipld.map());
    read();
    feed.beginAnew();
    told(note);
    told(first);
    FeedException reason = new FeedException(FeedException.Reason.GONE, "gone");

    room.reader().refused(reason);
    read();

    assertThat(found(note)).containsExactly(first);
  }

  @Test
  void shouldBeMadeAnewFromTheBeginOfTheJournal() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId first = document(note, "first", Ipld.map());
    StreamId second = document(note, "second", Ipld.map());
    read();
    StreamChange late = feed.change(second, second.init(), Kind.UPDATED, Origin.CLIENT);
    List<Long> steps = new ArrayList<>();

    long documents =
        room.rebuild(
            (done, total) -> {
              steps.add(done);
              // Who reads on from where it was must not make it whole with the rest.
              assertThatThrownBy(() -> room.reader().take(List.of(late), late.token()))
                  .hasMessageContaining("made anew");
            });

    assertThat(documents).isEqualTo(2);
    assertThat(steps).startsWith(0L).endsWith(late.token().position()).isSorted();
    read();
    assertThat(found(note)).containsExactly(first, second);
  }
}
