package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.OwedStream;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.index.CollectionService.Wanted;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.SyncOption;
import org.kiln.index.sqlite.SqliteBackend;
import org.kiln.testkit.FakeFeed;
import org.kiln.testkit.SampleStream;

class IndexRoomTest {
  private static final Deadline PATIENCE = Deadline.in(Duration.ofMinutes(2));

  @TempDir Path directory;
  private final FakeFeed feed = new FakeFeed();
  private final Map<StreamId, StreamState> states = new ConcurrentHashMap<>();

  /** What only other nodes have. */
  private final Map<StreamId, StreamState> elsewhere = new ConcurrentHashMap<>();

  private final Map<StreamId, RuntimeException> damaged = new ConcurrentHashMap<>();
  private final AtomicInteger loads = new AtomicInteger();
  private volatile Reason missing = Reason.UNAVAILABLE;
  private IndexRoom room;

  @BeforeEach
  void open() {
    open(Duration.ofSeconds(30));
  }

  private void open(Duration wait) {
    IndexSpec spec = IndexSpec.of(directory, NetworkId.INMEMORY);
    OpenIndex index = new OpenIndex(new SqliteBackend(), spec);
    room = new IndexRoom(index, feed, this::load, wait, Duration.ofSeconds(30));
  }

  @AfterEach
  void close() {
    room.close();
  }

  private StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    loads.incrementAndGet();
    RuntimeException damage = damaged.get(ref.stream());
    if (damage != null) {
      throw damage;
    }
    if (options.sync() != SyncOption.NEVER_SYNC && elsewhere.containsKey(ref.stream())) {
      states.put(ref.stream(), elsewhere.get(ref.stream()));
    }
    StreamState state = states.get(ref.stream());
    if (state == null) {
      throw new StreamException(missing, "It is not here");
    }
    return state;
  }

  private StreamId model(String name, Object... members) {
    StreamId id = StreamId.of(2, SampleStream.cid(name));
    Ipld.Map metadata =
        Ipld.map(
            "controllers",
            Ipld.list(Ipld.of("did:key:ann")),
            "model",
            new Ipld.Bytes(StreamId.MODEL.bytes()));
    put(id, Ipld.map(members), metadata);
    return id;
  }

  private StreamId document(StreamId model, String name, Ipld content) {
    StreamId id = StreamId.of(3, SampleStream.cid(name));
    put(id, content, metadata(model));
    return id;
  }

  private static Ipld.Map metadata(StreamId model) {
    return Ipld.map(
        "controllers", Ipld.list(Ipld.of("did:key:ann")), "model", new Ipld.Bytes(model.bytes()));
  }

  private void put(StreamId id, Ipld content, Ipld.Map metadata) {
    Document document = Document.of(content, metadata, Document.Signature.SIGNED);
    states.put(id, SampleStream.created(id.type(), id.init(), document));
    told(id);
  }

  private void told(StreamId id) {
    feed.change(id, id.init(), Kind.UPDATED, Origin.CLIENT);
  }

  /** As the feed's room does. */
  private void read() throws FeedException, InterruptedException {
    try (FeedCursor<StreamChange> cursor =
        feed.changes(room.reader().position().orElseGet(feed::beginning))) {
      List<StreamChange> batch = cursor.next(3, Duration.ZERO);
      while (!batch.isEmpty()) {
        room.reader().take(batch, cursor.position());
        batch = cursor.next(3, Duration.ZERO);
      }
    }
  }

  private List<StreamId> found(StreamId... models) throws StreamException {
    List<StreamId> page = paged(models);
    assertThat(room.count(IndexQuery.of(Set.of(models)), PATIENCE)).isEqualTo(page.size());
    return page;
  }

  /** One question only: between two of them, what is filled in behind may have come. */
  private List<StreamId> paged(StreamId... models) throws StreamException {
    IndexQuery query = IndexQuery.of(Set.of(models)).first(100);
    return room.page(query, PATIENCE).places().stream().map(IndexPlace::stream).toList();
  }

  private void index(StreamId... models) throws StreamException {
    room.index(List.of(models).stream().map(id -> new Wanted(id, List.of())).toList(), PATIENCE);
  }

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
  void shouldNotBeHeldUpByAStreamThatCannotBeRead() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId lost = document(note, "lost", Ipld.map());
    StreamId fine = document(note, "fine", Ipld.map());
    StreamState state = states.remove(lost);
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(this::read)
          .hasMessage("Stream " + lost + " cannot be read now: It is not here");
    }
    read();
    assertThat(found(note)).containsExactly(fine);

    states.put(lost, state);
    close();
    open();

    room.reader().position();
    Deadline deadline = Deadline.in(Duration.ofSeconds(60));
    while (!paged(note).equals(List.of(lost, fine)) && !deadline.expired()) {
      Thread.onSpinWait();
    }
    assertThat(found(note)).containsExactly(lost, fine);
  }

  @Test
  void shouldNotBeHeldUpByAStreamThatIsDamaged() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId broken = document(note, "broken", Ipld.map());
    StreamId fine = document(note, "fine", Ipld.map());
    damaged.put(broken, new IllegalStateException("A page of it is damaged"));
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(this::read).hasMessageContaining("A page of it is damaged");
    }
    read();

    assertThat(found(note)).containsExactly(fine);
    assertThat(room.owing()).isEqualTo(1);
  }

  @Test
  void shouldNotWaitForAStreamThatHasNoValidState() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId expired = document(note, "expired", Ipld.map());
    StreamId fine = document(note, "fine", Ipld.map());
    states.remove(expired);
    missing = Reason.INVALID;

    read();

    assertThat(found(note)).containsExactly(fine);
    assertThat(room.owing()).isZero();
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
    try {
      RowWriter writer = new RowWriter(index, new Rows(this::load));
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
  void shouldKeepApartHowOftenNewAndEarlierChangesWereTried() {
    Insistence one = new Insistence();
    List<OwedStream> unread = List.of(new OwedStream(StreamId.MODEL, 1, 0));
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(() -> one.on(unread, "why")).hasMessageEndingWith("why");
    }
    one.on(unread, "why");
    assertThatThrownBy(() -> one.on(unread, "why")).hasMessageEndingWith("why");
    one.on(List.of(), "");
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
