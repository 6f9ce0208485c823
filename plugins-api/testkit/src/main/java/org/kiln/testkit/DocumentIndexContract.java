package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.OwedStream;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;

/**
 * What every {@link IndexBackend} does alike: one transaction, one total order, and values that
 * compare by what they are. Subclass it and hand it the backend.
 */
public abstract class DocumentIndexContract {
  private static final StreamId MODEL = StreamId.of(2, SampleStream.cid("model"));
  private static final StreamId OTHER = StreamId.of(2, SampleStream.cid("other model"));
  private static final int DOCUMENTS = 30;
  private static final Duration QUERY_TIME = Duration.ofMillis(20);
  private static final Duration SLACK = Duration.ofMillis(80);
  private static final int TRIES = 10;
  private static final String ANN = "did:key:ann";
  private static final String BOB = "did:key:bob";

  /** A place of the test's own. */
  @TempDir protected Path directory;

  private DocumentIndex index;

  /** The backend under test. */
  protected abstract IndexBackend backend();

  /** What to open; the same index each time within one test. */
  protected IndexSpec spec() {
    return IndexSpec.of(directory.resolve("index"), NetworkId.INMEMORY);
  }

  @BeforeEach
  final void openIt() {
    index = backend().open(spec());
    index.write(
        IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL), IndexedModel.of(OTHER))));
  }

  @AfterEach
  final void closeIt() {
    index.close();
  }

  private void reopen() {
    index.close();
    index = backend().open(spec());
  }

  private static StreamId stream(long number) {
    return StreamId.of(3, SampleStream.cid("document " + number));
  }

  private static IndexedDocument document(long number, String content) {
    return IndexedDocument.of(stream(number), MODEL, ANN, stream(number).init(), number, content);
  }

  private void put(IndexedDocument... documents) {
    index.write(IndexBatch.empty().withDocuments(List.of(documents)));
  }

  /** Documents 1, 2, 3… with one member {@code f} each, as JSON text; null for none. */
  private void putField(String... values) {
    List<IndexedDocument> documents = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      documents.add(document(i + 1L, values[i] == null ? "{}" : "{\"f\":" + values[i] + "}"));
    }
    index.write(IndexBatch.empty().withDocuments(documents));
  }

  private static IndexQuery all() {
    return IndexQuery.of(Set.of(MODEL)).first(1_000);
  }

  private IndexPage page(IndexQuery query) {
    return index.page(query, Deadline.NONE);
  }

  /** The numbers of the documents of a page. */
  private List<Long> numbers(IndexQuery query) {
    return page(query).places().stream().map(IndexPlace::created).toList();
  }

  /** The numbers of the documents that are so; the count says the same, and so does an index. */
  private List<Long> where(IndexFilter filter) {
    List<Long> found = numbers(all().where(filter));
    assertThat(index.count(all().where(filter), Deadline.NONE)).isEqualTo(found.size());
    indexBy(List.of(List.of("f")));
    assertThat(numbers(all().where(filter))).isEqualTo(found);
    assertThat(index.count(all().where(filter), Deadline.NONE)).isEqualTo(found.size());
    indexBy(List.of());
    return found;
  }

  /** Gives the model database indexes over these fields, and takes away all others. */
  private void indexBy(List<List<String>> indices) {
    List<FieldIndex> asked =
        indices.stream()
            .map(fields -> new FieldIndex(fields.stream().map(List::of).toList()))
            .toList();
    index.write(
        IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL).withIndices(asked))).synced());
  }

  private static IndexFilter is(Relation relation, Ipld value) {
    return new IndexFilter.Compare("f", relation, value);
  }

  @Test
  void shouldKeepModelsDocumentsAndPlaceOverACloseInOneTransaction() {
    ResumeToken token = new ResumeToken(7, 42);
    IndexedModel model =
        IndexedModel.of(MODEL)
            .withInterfaces(List.of(OTHER))
            .withIndices(
                List.of(
                    new FieldIndex(List.of(List.of("a"), List.of("b", "it's \"quoted\""))),
                    new FieldIndex(List.of(List.of("c")))))
            .withFill(3, 9);
    index.write(
        IndexBatch.empty()
            .withModels(List.of(model))
            .withDocuments(List.of(document(1, "{\"f\":1}")))
            .withOwed(List.of(new OwedStream(stream(2), 2, 0)))
            .at(token));

    reopen();

    assertThat(index.position()).contains(token);
    IndexedModel kept =
        index.models().stream().filter(m -> m.id().equals(MODEL)).findAny().orElseThrow();
    assertThat(kept.active()).isTrue();
    assertThat(kept.interfaces()).containsExactly(OTHER);
    assertThat(kept.indices()).isEqualTo(model.indices());
    assertThat(kept.filled()).isEqualTo(3);
    assertThat(kept.fillUntil()).isEqualTo(9);
    assertThat(kept.filling()).isTrue();
    assertThat(numbers(all())).containsExactly(1L);
    assertThat(index.owed(10)).containsExactly(new OwedStream(stream(2), 2, 0));
  }

  @Test
  void shouldWriteAllOfABatchOrNothing() {
    StreamId unknown = StreamId.of(2, SampleStream.cid("a model that was never written"));
    IndexedDocument homeless =
        IndexedDocument.of(stream(2), unknown, ANN, stream(2).init(), 2, "{}");
    IndexBatch batch =
        IndexBatch.empty()
            .withDocuments(List.of(document(1, "{}"), homeless))
            .at(new ResumeToken(7, 42));

    assertThatThrownBy(() -> index.write(batch)).isInstanceOf(IndexException.class);

    assertThat(numbers(all())).isEmpty();
    assertThat(index.position()).isEmpty();
    put(document(1, "{}"));
    assertThat(numbers(all())).containsExactly(1L);
  }

  @Test
  void rejectsAnIndexOfAnotherNetwork() {
    index.close();
    IndexSpec other = IndexSpec.of(spec().directory(), NetworkId.MAINNET).with(spec().settings());

    assertThatThrownBy(() -> backend().open(other))
        .isInstanceOfSatisfying(
            IndexException.class,
            e -> assertThat(e.kind()).isEqualTo(IndexException.Kind.OTHER_NETWORK))
        .hasMessageContaining("inmemory")
        .hasMessageContaining("mainnet");

    index = backend().open(spec());
    assertThat(index.models()).hasSize(2);
  }

  @Test
  void shouldKeepTheFirstPlaceOfADocumentAndItsNewestContent() {
    put(document(5, "{\"f\":1}"));
    IndexedDocument earlier =
        IndexedDocument.of(stream(5), MODEL, BOB, SampleStream.cid("tip"), 2, "{\"f\":2}");
    put(earlier);
    put(document(5, "{\"f\":3}"));

    assertThat(numbers(all())).containsExactly(2L);
    assertThat(where(is(Relation.EQUAL, Ipld.of(3)))).containsExactly(2L);
    assertThat(where(is(Relation.EQUAL, Ipld.of(2)))).isEmpty();
  }

  @Test
  void shouldFindNoDocumentThatIsHidden() {
    put(document(1, "{}"), document(2, "{}").hidden());
    assertThat(numbers(all())).containsExactly(1L);
    assertThat(index.count(all(), Deadline.NONE)).isEqualTo(1);

    put(document(1, "{}").hidden(), document(2, "{}"));
    assertThat(numbers(all())).containsExactly(2L);
  }

  @Test
  void shouldOweAStreamUntilItIsWritten() {
    index.write(
        IndexBatch.empty()
            .withOwed(List.of(new OwedStream(stream(1), 1, 0), new OwedStream(stream(2), 2, 0))));
    put(document(1, "{}"));

    assertThat(index.owed(10)).containsExactly(new OwedStream(stream(2), 2, 0));

    index.write(IndexBatch.empty().withSettled(List.of(stream(2))));

    assertThat(index.owed(10)).isEmpty();
    assertThat(index.owing()).isZero();
    assertThat(numbers(all())).containsExactly(1L);
  }

  @Test
  void shouldGiveEachStreamThatIsOwedItsTurn() {
    OwedStream first = new OwedStream(stream(1), 1, 0);
    OwedStream second = new OwedStream(stream(2), 2, 0);
    index.write(IndexBatch.empty().withOwed(List.of(second, first)));

    assertThat(index.owed(1)).containsExactly(first);
    index.write(IndexBatch.empty().withOwed(List.of(first.triedAgain())));
    assertThat(index.owed(1)).containsExactly(second);
    // A new change of it is no reason to be tried before others.
    index.write(IndexBatch.empty().withOwed(List.of(new OwedStream(stream(1), 7, 0))));
    assertThat(index.owed(10)).containsExactly(second, first.triedAgain());
    assertThat(index.owing()).isEqualTo(2);
  }

  @Test
  void shouldForgetEverythingButTheModels() {
    index.write(
        IndexBatch.empty()
            .withModels(List.of(IndexedModel.of(MODEL).withFill(3, 9)))
            .withDocuments(List.of(document(1, "{}")))
            .withOwed(List.of(new OwedStream(stream(2), 2, 0)))
            .at(new ResumeToken(7, 42)));

    index.clear();

    assertThat(index.position()).isEmpty();
    assertThat(index.owed(10)).isEmpty();
    assertThat(numbers(all())).isEmpty();
    assertThat(index.models()).extracting(IndexedModel::id).contains(MODEL, OTHER);
    assertThat(index.models()).noneMatch(IndexedModel::filling);
  }

  @Test
  void shouldAskOnlyOfTheModelsAndTheAccountThatAreNamed() {
    put(
        document(1, "{}"),
        IndexedDocument.of(stream(2), MODEL, BOB, stream(2).init(), 2, "{}"),
        IndexedDocument.of(stream(3), OTHER, ANN, stream(3).init(), 3, "{}"));

    assertThat(numbers(all())).containsExactly(1L, 2L);
    assertThat(numbers(all().ofAccount(ANN))).containsExactly(1L);
    assertThat(numbers(IndexQuery.of(Set.of(MODEL, OTHER)).first(9))).containsExactly(1L, 2L, 3L);
    assertThat(numbers(all().ofAccount("did:key:ann' OR '1'='1"))).isEmpty();
    assertThat(numbers(IndexQuery.of(Set.of()).first(9))).isEmpty();
  }

  @Test
  void shouldReadPagesFromBothEnds() {
    put(document(3, "{}"), document(1, "{}"), document(2, "{}"));

    IndexPage oldest = page(all().first(2));
    assertThat(oldest.places()).extracting(IndexPlace::created).containsExactly(1L, 2L);
    assertThat(oldest.more()).isTrue();
    IndexPage rest = page(all().first(2).after(oldest.places().get(1)));
    assertThat(rest.places()).extracting(IndexPlace::created).containsExactly(3L);
    assertThat(rest.more()).isFalse();

    IndexPage newest = page(all().last(2));
    assertThat(newest.places()).extracting(IndexPlace::created).containsExactly(2L, 3L);
    assertThat(newest.more()).isTrue();
    IndexPage before = page(all().last(2).after(newest.places().get(0)));
    assertThat(before.places()).extracting(IndexPlace::created).containsExactly(1L);
    assertThat(before.more()).isFalse();
  }

  @Test
  void shouldSortNumbersAsNumbersTextsAsTextsAndKindsByThemselves() {
    putField(
        "\"10\"",
        "9",
        "\"9\"",
        "10",
        "-1",
        "1.5",
        "\"ä\"",
        "\"Z\"",
        "\"a\"",
        "true",
        "false",
        "null",
        null,
        "\"\\uD83D\\uDE00\"",
        "\"\\uFF5E\"");

    assertThat(numbers(all().sortedBy(List.of(new SortKey("f", false)))))
        .containsExactly(12L, 13L, 11L, 10L, 5L, 6L, 2L, 4L, 1L, 3L, 8L, 9L, 7L, 15L, 14L);
    assertThat(numbers(all().sortedBy(List.of(new SortKey("f", true)))))
        .containsExactly(14L, 15L, 7L, 9L, 8L, 3L, 1L, 4L, 2L, 6L, 5L, 10L, 11L, 13L, 12L);
  }

  @Test
  void shouldSortTextsByTheirBeginAndCompareThemWhole() {
    String begin = "\uD83D\uDE00".repeat(IndexPlace.TEXT_LENGTH);
    List<String> texts = List.of(begin + "c", begin + "a", begin, begin.substring(2), begin + "b");
    putField(texts.stream().map(text -> "\"" + text + "\"").toArray(String[]::new));
    IndexQuery sorted = all().sortedBy(List.of(new SortKey("f", false)));

    for (List<List<String>> indices : List.of(List.<List<String>>of(), List.of(List.of("f")))) {
      indexBy(indices);
      assertThat(numbers(sorted)).containsExactly(4L, 1L, 2L, 3L, 5L);
      IndexPlace first = page(sorted).places().get(1);
      assertThat(first.keys()).containsExactly(Ipld.of(begin));
      assertThat(numbers(sorted.after(first))).containsExactly(2L, 3L, 5L);
    }
    indexBy(List.of());
    for (int i = 0; i < texts.size(); i++) {
      assertThat(where(is(Relation.EQUAL, Ipld.of(texts.get(i))))).containsExactly(i + 1L);
    }
    Ipld middle = Ipld.of(begin + "b");
    assertThat(where(is(Relation.LESS, middle))).containsExactly(2L, 3L, 4L);
    assertThat(where(is(Relation.LESS_OR_EQUAL, middle))).containsExactly(2L, 3L, 4L, 5L);
    assertThat(where(is(Relation.GREATER, middle))).containsExactly(1L);
    assertThat(where(is(Relation.GREATER_OR_EQUAL, Ipld.of(begin))))
        .containsExactly(1L, 2L, 3L, 5L);
    assertThat(where(new IndexFilter.In("f", List.of(middle, Ipld.of(begin)))))
        .containsExactly(3L, 5L);
  }

  @Test
  void shouldComparePiecewiseExactNumbers() {
    putField("9007199254740993", "9007199254740992", "9007199254740992.0", "1", "1.0", "1e0");

    assertThat(where(is(Relation.EQUAL, Ipld.of(1)))).containsExactly(4L, 5L, 6L);
    assertThat(where(is(Relation.EQUAL, new Ipld.Float64(1)))).containsExactly(4L, 5L, 6L);
    assertThat(where(is(Relation.EQUAL, Ipld.of(9007199254740993L)))).containsExactly(1L);
    assertThat(where(is(Relation.LESS, Ipld.of(9007199254740993L))))
        .containsExactly(2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void shouldKnowThreeAnswers() {
    putField("1", "2", "\"1\"", "true", "null", null, "[1]");

    IndexFilter one = is(Relation.EQUAL, Ipld.of(1));
    assertThat(where(one)).containsExactly(1L);
    assertThat(where(new IndexFilter.Not(one))).containsExactly(2L, 3L, 4L, 7L);
    IndexFilter below = is(Relation.LESS, Ipld.of(2));
    assertThat(where(below)).containsExactly(1L);
    assertThat(where(new IndexFilter.Not(below))).containsExactly(2L);
    assertThat(where(is(Relation.LESS_OR_EQUAL, Ipld.of(2)))).containsExactly(1L, 2L);
    assertThat(where(is(Relation.GREATER, Ipld.of(1)))).containsExactly(2L);
    assertThat(where(is(Relation.GREATER_OR_EQUAL, Ipld.of("1")))).containsExactly(3L);
    assertThat(where(is(Relation.EQUAL, Ipld.TRUE))).containsExactly(4L);
    assertThat(where(is(Relation.EQUAL, Ipld.FALSE))).isEmpty();
    IndexFilter missing = new IndexFilter.Missing("f");
    assertThat(where(missing)).containsExactly(5L, 6L);
    assertThat(where(new IndexFilter.Not(missing))).containsExactly(1L, 2L, 3L, 4L, 7L);
  }

  @Test
  void shouldFindValuesOfAList() {
    putField("1", "\"1\"", "2.5", "true", "null", null);

    IndexFilter in =
        new IndexFilter.In("f", List.of(Ipld.of(1), Ipld.of("1"), new Ipld.Float64(2.5)));
    assertThat(where(in)).containsExactly(1L, 2L, 3L);
    assertThat(where(new IndexFilter.Not(in))).containsExactly(4L);
    assertThat(where(new IndexFilter.In("f", List.of(Ipld.TRUE)))).containsExactly(4L);
    List<Ipld> many =
        IntStream.range(2, 100_000).<Ipld>mapToObj(i -> Ipld.of("it's \"" + i)).toList();
    assertThat(where(new IndexFilter.Not(new IndexFilter.In("f", many))))
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void shouldJoinFilters() {
    putField("1", "2", "3", "4");
    IndexFilter low = is(Relation.LESS, Ipld.of(3));
    IndexFilter high = is(Relation.GREATER, Ipld.of(1));

    assertThat(where(new IndexFilter.All(List.of(low, high)))).containsExactly(2L);
    assertThat(where(new IndexFilter.Not(new IndexFilter.All(List.of(low, high)))))
        .containsExactly(1L, 3L, 4L);
    assertThat(where(new IndexFilter.Any(List.of(low, high)))).hasSize(4);
    assertThat(where(new IndexFilter.Any(List.of()))).isEmpty();
    assertThat(where(new IndexFilter.All(List.of()))).hasSize(4);
    assertThat(where(new IndexFilter.Not(IndexFilter.EVERYTHING))).isEmpty();
    assertThat(where(new IndexFilter.All(Collections.nCopies(900, low)))).containsExactly(1L, 2L);
    IndexFilter deep = low;
    for (int i = 0; i < 64; i++) {
      deep = new IndexFilter.Not(new IndexFilter.All(List.of(deep)));
    }
    assertThat(where(deep)).containsExactly(1L, 2L);
  }

  @Test
  void shouldTakeNamesAndValuesAsTheyAre() {
    List<String> names =
        List.of(
            "it's",
            "a\"b",
            "$.f",
            "/f",
            "*",
            "",
            "a.b",
            "a[0]",
            "\\",
            "'; DROP TABLE x; --",
            "ü",
            "\n",
            "#-1");
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      put(document(i + 1L, "{\"" + name + "\":\"it's \\\"" + i + "\"}"));
    }

    for (int i = 0; i < names.size(); i++) {
      IndexFilter filter =
          new IndexFilter.Compare(names.get(i), Relation.EQUAL, Ipld.of("it's \"" + i));
      assertThat(where(filter)).as(names.get(i)).containsExactly(i + 1L);
      IndexQuery sorted = all().sortedBy(List.of(new SortKey(names.get(i), true))).first(1);
      assertThat(numbers(sorted)).as(names.get(i)).containsExactly(i + 1L);
      assertThat(page(sorted).places().get(0).keys()).containsExactly(Ipld.of("it's \"" + i));
    }
  }

  /**
   * Ties, kinds mixed, several keys in several directions: nothing is left out, nothing comes
   * twice.
   */
  @Test
  void shouldWalkEveryOrderToItsEndBothWays() {
    Random random = new Random(12);
    String[] values = {"1", "1.0", "2", "\"1\"", "\"a\"", "true", "null", "-3", "10", "9", "[2]"};
    List<IndexedDocument> documents = new ArrayList<>();
    for (int i = 1; i <= DOCUMENTS; i++) {
      String a = values[random.nextInt(values.length)];
      String b = values[random.nextInt(values.length)];
      // Two documents may have one place: then their ids decide.
      documents.add(
          IndexedDocument.of(
              stream(i),
              i % 2 == 0 ? MODEL : OTHER,
              ANN,
              stream(i).init(),
              i / 3,
              "{\"a\":%s,\"b\":%s}".formatted(a, b)));
    }
    index.write(IndexBatch.empty().withDocuments(documents));
    List<List<SortKey>> orders =
        List.of(
            List.of(),
            List.of(new SortKey("a", false)),
            List.of(new SortKey("a", true)),
            List.of(new SortKey("a", true), new SortKey("b", false)),
            List.of(new SortKey("b", false), new SortKey("a", true), new SortKey("none", true)));
    List<List<IndexPlace>> without = walked(orders);
    indexBy(List.of(List.of("a"), List.of("b", "a")));
    assertThat(walked(orders)).isEqualTo(without);
  }

  private List<List<IndexPlace>> walked(List<List<SortKey>> orders) {
    List<List<IndexPlace>> walks = new ArrayList<>();
    for (List<SortKey> order : orders) {
      IndexQuery query = IndexQuery.of(Set.of(MODEL, OTHER)).sortedBy(order);
      List<IndexPlace> whole = page(query.first(1_000)).places();
      assertThat(whole).hasSize(DOCUMENTS).doesNotHaveDuplicates();
      assertThat(whole).isSortedAccordingTo(comparator(order));
      assertThat(page(query.last(1_000)).places()).isEqualTo(whole);
      assertThat(walk(query.first(1))).isEqualTo(whole);
      assertThat(walk(query.last(3))).isEqualTo(whole);
      List<IndexPlace> one = walk(query.ofModels(Set.of(MODEL)).first(7));
      assertThat(one)
          .isEqualTo(whole.stream().filter(one::contains).toList())
          .hasSize(DOCUMENTS / 2);
      walks.add(whole);
    }
    return walks;
  }

  /** The total order, said once more. */
  private static Comparator<IndexPlace> comparator(List<SortKey> order) {
    Comparator<IndexPlace> ties =
        Comparator.comparingLong(IndexPlace::created).thenComparing(IndexPlace::stream);
    Comparator<IndexPlace> keys = (left, right) -> 0;
    for (int i = 0; i < order.size(); i++) {
      int key = i;
      Comparator<IndexPlace> next =
          (left, right) -> compare(left.keys().get(key), right.keys().get(key));
      keys = keys.thenComparing(order.get(i).descending() ? next.reversed() : next);
    }
    boolean falling = !order.isEmpty() && order.getLast().descending();
    return keys.thenComparing(falling ? ties.reversed() : ties);
  }

  private static int compare(Ipld left, Ipld right) {
    int rank = Integer.compare(rank(left), rank(right));
    if (rank != 0) {
      return rank;
    }
    return switch (left) {
      case Ipld.Bool bool -> Boolean.compare(bool.value(), ((Ipld.Bool) right).value());
      case Ipld.Text text -> text.value().compareTo(((Ipld.Text) right).value());
      case Ipld.Int ignored -> Double.compare(number(left), number(right));
      case Ipld.Float64 ignored -> Double.compare(number(left), number(right));
      default -> 0;
    };
  }

  private static int rank(Ipld value) {
    return switch (value) {
      case Ipld.Null ignored -> 0;
      case Ipld.Bool ignored -> 1;
      case Ipld.Int ignored -> 2;
      case Ipld.Float64 ignored -> 2;
      case Ipld.Text ignored -> 3;
      default -> 4;
    };
  }

  private static double number(Ipld value) {
    return value instanceof Ipld.Int number
        ? number.value().doubleValue()
        : ((Ipld.Float64) value).value();
  }

  private List<IndexPlace> walk(IndexQuery query) {
    List<IndexPlace> walked = new ArrayList<>();
    Optional<IndexPlace> from = Optional.empty();
    for (boolean more = true; more; ) {
      IndexPage page = page(from.isEmpty() ? query : query.after(from.get()));
      if (query.backward()) {
        walked.addAll(0, page.places());
        from = Optional.of(page.places().getFirst());
      } else {
        walked.addAll(page.places());
        from = Optional.of(page.places().getLast());
      }
      more = page.more();
      assertThat(walked).hasSizeLessThanOrEqualTo(DOCUMENTS);
    }
    return walked;
  }

  /** A place is a value that was read, and is asked with: it must be the same one. */
  @Test
  void shouldWalkOverTheLeastAndTheLargestNumbers() {
    putField(
        "-9223372036854775808",
        "9223372036854775807",
        "5e-324",
        "1e-323",
        "-5e-324",
        "1.7976931348623157e308",
        "-1.7976931348623157e308",
        "0");
    IndexQuery sorted = all().sortedBy(List.of(new SortKey("f", false)));
    List<IndexPlace> whole = page(sorted).places();

    assertThat(whole)
        .extracting(IndexPlace::created)
        .containsExactly(7L, 1L, 5L, 8L, 3L, 4L, 2L, 6L);
    for (List<List<String>> indices : List.of(List.<List<String>>of(), List.of(List.of("f")))) {
      indexBy(indices);
      assertThat(walk(sorted.first(1))).isEqualTo(whole);
      assertThat(walk(sorted.last(1))).isEqualTo(whole);
    }
    assertThat(where(is(Relation.EQUAL, Ipld.of(Long.MIN_VALUE)))).containsExactly(1L);
    assertThat(where(is(Relation.EQUAL, new Ipld.Float64(Double.MIN_VALUE)))).containsExactly(3L);
    assertThat(where(is(Relation.EQUAL, new Ipld.Float64(1e-323)))).containsExactly(4L);
  }

  @Test
  void shouldGoOnFromAPlaceThatIsThereNoMore() {
    put(document(1, "{\"f\":1}"), document(2, "{\"f\":2}"), document(3, "{\"f\":3}"));
    IndexQuery sorted = all().sortedBy(List.of(new SortKey("f", false))).first(1);
    IndexPlace second = page(sorted.after(page(sorted).places().get(0))).places().get(0);

    put(document(2, "{\"f\":9}").hidden());

    assertThat(numbers(sorted.after(second))).containsExactly(3L);
  }

  @Test
  void shouldEndAQueryThatTakesLongerThanItMay() {
    put(document(1, "{\"f\":1}"));
    rejectsInTime(all(), Deadline.in(Duration.ZERO));
    assertThat(numbers(all())).containsExactly(1L);
  }

  @Test
  void shouldStopAQueryWhoseTimeIsOverWhileItRuns() {
    putField(IntStream.range(0, 2_000).mapToObj(Integer::toString).toArray(String[]::new));
    List<IndexFilter> conditions =
        IntStream.range(1, 900)
            .<IndexFilter>mapToObj(i -> is(Relation.GREATER, Ipld.of(-i)))
            .toList();

    IndexQuery query = all().where(new IndexFilter.All(conditions));

    assertThat(IntStream.range(0, TRIES).anyMatch(i -> keepsToItsTime(query, 2_000)))
        .as("an answer, or UNAVAILABLE, when the time of a query is over")
        .isTrue();

    assertThat(numbers(all())).hasSize(1_000);
  }

  /**
   * Whether a count gave up, or came before or soon after its time was over. An index that looks at
   * the time may be late for the machine's sake; one that does not is late each time.
   */
  private boolean keepsToItsTime(IndexQuery query, long count) {
    Deadline soonAfter = Deadline.in(QUERY_TIME.plus(SLACK));
    try {
      assertThat(index.count(query, Deadline.in(QUERY_TIME))).isEqualTo(count);
      return !soonAfter.expired();
    } catch (IndexException e) {
      assertThat(e.kind()).isEqualTo(IndexException.Kind.UNAVAILABLE);
      return true;
    }
  }

  private void rejectsInTime(IndexQuery query, Deadline deadline) {
    assertThatThrownBy(() -> index.count(query, deadline))
        .isInstanceOfSatisfying(
            IndexException.class,
            e -> assertThat(e.kind()).isEqualTo(IndexException.Kind.UNAVAILABLE));
  }

  @Test
  void rejectsEverythingAfterItIsClosed() {
    index.close();

    assertThatThrownBy(() -> index.count(all(), Deadline.NONE))
        .isInstanceOfSatisfying(
            IndexException.class, e -> assertThat(e.kind()).isEqualTo(IndexException.Kind.CLOSED));
    assertThatThrownBy(index::position).isInstanceOf(IndexException.class);
  }
}
