package org.kiln.index.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.testkit.SampleStream;

/** Servers that die and connections that are lost, while the node lives on. */
class PostgresLossTest {
  private static final StreamId MODEL = StreamId.of(2, SampleStream.cid("model"));
  private static final IndexQuery ALL = IndexQuery.of(Set.of(MODEL));
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static Database server;
  private final List<DocumentIndex> open = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    server = Database.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void close() {
    open.forEach(DocumentIndex::close);
  }

  private DocumentIndex open(String url) {
    IndexSpec spec =
        IndexSpec.of(Path.of("."), NetworkId.INMEMORY).with(Map.of(PostgresBackend.URL, url));
    DocumentIndex index = new PostgresBackend().open(spec);
    open.add(index);
    return index;
  }

  private static IndexBatch document(long number) {
    StreamId id = StreamId.of(3, SampleStream.cid("document " + number));
    return IndexBatch.empty()
        .withDocuments(
            List.of(IndexedDocument.of(id, MODEL, "did:key:ann", id.init(), number, "{}")))
        .at(new ResumeToken(7, number));
  }

  @Test
  void shouldHaveWhatItSaidAfterACrashOfTheServer() throws Exception {
    DocumentIndex index = open(server.fresh());
    index.write(IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL))));
    for (int number = 1; number <= 20; number++) {
      index.write(document(number));
    }

    server.crash();
    server.begin();

    assertThatThrownBy(index::position).isInstanceOf(IndexException.class);
    assertThat(index.position()).contains(new ResumeToken(7, 20));
    assertThat(index.count(ALL, Deadline.NONE)).isEqualTo(20);
  }

  /** The server still believes in the session, which holds the lock. */
  @Test
  void shouldTakeThePlaceOfItsOwnSessionThatItLost() throws Exception {
    String url = server.fresh();
    try (Relay relay = new Relay(server.port())) {
      DocumentIndex index = open(url.replace(":" + server.port(), ":" + relay.port()));
      index.write(IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL))));

      relay.loseWhoIsConnected();

      assertThatThrownBy(() -> index.write(document(1))).isInstanceOf(IndexException.class);
      index.write(document(1));
      assertThat(index.position()).contains(new ResumeToken(7, 1));
    }
  }

  @Test
  void shouldWaitAWhileForASessionThatIsJustBeingClosed() throws Exception {
    String url = server.fresh();
    DocumentIndex first = open(url);

    CompletableFuture<DocumentIndex> second = CompletableFuture.supplyAsync(() -> open(url));
    Deadline patience = Deadline.in(PATIENCE);
    while (!isTrying() && !second.isDone() && !patience.expired()) {
      Thread.onSpinWait();
    }
    first.close();

    assertThat(second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).models()).isEmpty();
  }

  private static boolean isTrying() throws SQLException {
    return server.number(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'")
        > 0;
  }

  @Test
  void shouldCutOffWhatIsWrittenWhenItIsClosedAndHearsNothing() throws Exception {
    String url = server.fresh();
    DocumentIndex index = open(url);
    index.write(IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL))));
    try (Connection other = Address.parse(url).connect(true)) {
      other.setAutoCommit(false);
      Sessions.execute(other, "LOCK TABLE kiln_documents");
      CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> index.write(document(1)));
      Deadline patience = Deadline.in(PATIENCE);
      while (server.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0
          && !patience.expired()) {
        Thread.onSpinWait();
      }

      index.close();

      assertThat(writing.handle((nothing, e) -> e).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .hasCauseInstanceOf(IndexException.class);
      other.rollback();
    }
  }
}
