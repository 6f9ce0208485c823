package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;

/**
 * What every {@link IndexBackend} answers alike: values compare by what they are, in one total
 * order, whether the model has a database index or not. Subclass it and hand it the backend.
 */
public abstract class IndexQueryContract extends OpenDocumentIndex {
  private static final int DOCUMENTS = 30;

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
}
