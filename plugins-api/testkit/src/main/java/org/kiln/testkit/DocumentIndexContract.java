package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.OwedStream;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;

/**
 * What every {@link IndexBackend} keeps: models, rows, its place and what it owes, in one
 * transaction, and within the time of a call. Subclass it and hand it the backend; what it answers
 * is {@link IndexQueryContract}'s.
 */
public abstract class DocumentIndexContract extends OpenDocumentIndex {
  private static final Duration QUERY_TIME = Duration.ofMillis(20);
  private static final Duration SLACK = Duration.ofMillis(80);
  private static final int TRIES = 10;
  private static final String BOB = "did:key:bob";

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

    refusesToWrite(batch);

    assertThat(numbers(all())).isEmpty();
    assertThat(index.position()).isEmpty();
    put(document(1, "{}"));
    assertThat(numbers(all())).containsExactly(1L);
  }

  /** It is not for the time being: the node sets such a document aside, and asks no operator. */
  @Test
  void shouldTellARowThatItNeverTakesFromWhatMayPass() {
    indexBy(List.of(List.of("f")));

    refusesToWrite(
        IndexBatch.empty().withDocuments(List.of(document(1, "{}"), document(2, "{\"f\":"))));

    put(document(1, "{}"));
    assertThat(numbers(all())).containsExactly(1L);
  }

  private void refusesToWrite(IndexBatch batch) {
    assertThatThrownBy(() -> index.write(batch))
        .isInstanceOfSatisfying(
            IndexException.class,
            e -> {
              assertThat(e.kind()).as(e.getMessage()).isEqualTo(IndexException.Kind.REFUSED);
              assertThat(e.retry().worthwhile()).isFalse();
            });
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
  void shouldTakeADocumentTwiceInOneBatch() {
    IndexedDocument earlier =
        IndexedDocument.of(stream(5), MODEL, BOB, SampleStream.cid("tip"), 2, "{\"f\":2}");
    put(earlier, document(1, "{\"f\":1}"), document(5, "{\"f\":3}"));

    assertThat(numbers(all())).containsExactly(1L, 2L);
    assertThat(where(is(Relation.EQUAL, Ipld.of(3)))).containsExactly(2L);
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
  void shouldBeginAnewWithNothingButTheModels() {
    FieldIndex byField = new FieldIndex(List.of(List.of("f")));
    index.write(
        IndexBatch.empty()
            .withModels(
                List.of(
                    IndexedModel.of(MODEL).withIndices(List.of(byField)).withFill(3, 9),
                    IndexedModel.of(OTHER).withActive(false)))
            .withDocuments(List.of(document(1, "{}")))
            .withOwed(List.of(new OwedStream(stream(2), 2, 0)))
            .at(new ResumeToken(7, 42)));
    index.close();

    index = backend().openAnew(spec());

    assertThat(index.position()).isEmpty();
    assertThat(index.owing()).isZero();
    assertThat(numbers(all())).isEmpty();
    assertThat(index.models()).extracting(IndexedModel::id).containsExactly(MODEL, OTHER);
    assertThat(index.models()).extracting(IndexedModel::active).containsExactly(true, false);
    assertThat(index.models().getFirst().indices()).containsExactly(byField);
    assertThat(index.models()).noneMatch(IndexedModel::filling);
    put(document(2, "{\"f\":1}"));
    reopen();
    assertThat(where(is(Relation.EQUAL, Ipld.of(1)))).containsExactly(2L);
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
