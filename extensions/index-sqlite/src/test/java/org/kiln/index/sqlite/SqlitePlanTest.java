package org.kiln.index.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.index.SqlIndex;
import org.kiln.kit.index.query.Question;
import org.kiln.kit.index.sql.Sql;
import org.kiln.testkit.SampleStream;

/** What SQLite says it will do: begin in an index, at the place asked for, and sort nothing. */
class SqlitePlanTest {
  private static final StreamId MODEL = StreamId.of(2, SampleStream.cid("model"));
  private static final StreamId OTHER = StreamId.of(2, SampleStream.cid("other"));
  private static final SortKey RISING = new SortKey("f", false);
  private static final SortKey FALLING = new SortKey("f", true);

  @TempDir Path directory;
  private Connections connections;
  private DocumentIndex index;

  @BeforeEach
  void open() throws SQLException {
    connections = new Connections(directory.resolve("plans.sqlite"));
    connections.open(NetworkId.INMEMORY.name());
    index = new SqlIndex(connections, Schema.MODELS);
    FieldIndex byField = new FieldIndex(List.of(List.of("f")));
    FieldIndex byTwo = new FieldIndex(List.of(List.of("it's \"g\""), List.of("f")));
    FieldIndex nested = new FieldIndex(List.of(List.of("a", "b")));
    index.write(
        IndexBatch.empty()
            .withModels(
                List.of(
                    IndexedModel.of(MODEL).withIndices(List.of(byField, byTwo, nested)),
                    IndexedModel.of(OTHER).withIndices(List.of(byField)))));
  }

  @AfterEach
  void close() {
    index.close();
  }

  private String plan(IndexQuery query) throws SQLException {
    return explained(Question.page(query, connections.ask(connections::dialect)));
  }

  private String explained(Sql sql) throws SQLException {
    return connections.read(
        Deadline.NONE,
        connection -> {
          List<String> steps = new ArrayList<>();
          try (PreparedStatement explain = sql.prepare(connection, "EXPLAIN QUERY PLAN ");
              ResultSet rows = explain.executeQuery()) {
            while (rows.next()) {
              steps.add(rows.getString("detail"));
            }
          }
          return String.join("\n", steps);
        });
  }

  private static IndexQuery query(SortKey... sorting) {
    return IndexQuery.of(Set.of(MODEL)).first(20).sortedBy(List.of(sorting));
  }

  private static IndexPlace place(Ipld... keys) {
    return new IndexPlace(List.of(keys), 7, MODEL);
  }

  private static IndexFilter is(Relation relation, Ipld value) {
    return new IndexFilter.Compare("f", relation, value);
  }

  @Test
  void shouldBeginInTheDefaultOrderWhereThePageBegins() throws Exception {
    for (IndexQuery query : List.of(query(), query().last(20))) {
      assertThat(plan(query.after(place())))
          .contains("documents_created (model=? AND shown=? AND (created,stream)")
          .doesNotContain("TEMP B-TREE");
    }
    assertThat(plan(query().ofAccount("did:key:ann").after(place())))
        .contains("documents_controller (model=? AND shown=? AND controller=? AND (created,stream)")
        .doesNotContain("TEMP B-TREE");
  }

  @Test
  void shouldMakeTheIndexesOfAModelWhenItIsFilledIn() throws Exception {
    FieldIndex byField = new FieldIndex(List.of(List.of("f")));
    IndexedModel model = IndexedModel.of(OTHER).withActive(false);
    index.write(IndexBatch.empty().withModels(List.of(model)));
    IndexedModel filling = model.withActive(true).withIndices(List.of(byField)).withFill(0, 9);
    index.write(IndexBatch.empty().withModels(List.of(filling)));
    assertThat(plan(query(RISING).ofModels(Set.of(OTHER)))).doesNotContain("INDEX field_2_1");

    index.write(IndexBatch.empty().withModels(List.of(filling.withFill(9, 9))));

    assertThat(plan(query(RISING).ofModels(Set.of(OTHER)))).contains("INDEX field_2_1");
  }

  @Test
  void shouldBeginInTheOrderOfAnIndexedFieldWhereThePageBegins() throws Exception {
    for (IndexQuery query :
        List.of(query(RISING), query(FALLING), query(RISING).last(20), query(FALLING).last(20))) {
      assertThat(plan(query)).contains("INDEX field_1_1").doesNotContain("TEMP B-TREE");
      assertThat(plan(query.after(place(Ipld.of(1)))))
          .contains("INDEX field_1_1 (model=? AND shown=? AND (r1,v1,created,stream)")
          .doesNotContain("TEMP B-TREE");
    }
    assertThat(plan(query(new SortKey("it's \"g\"", true), FALLING)))
        .contains("INDEX field_1_2_1")
        .doesNotContain("TEMP B-TREE");
  }

  @Test
  void shouldFindValuesOfAnIndexedFieldInItsIndex() throws Exception {
    assertThat(plan(query().where(is(Relation.EQUAL, Ipld.of("a"))).after(place())))
        .contains("INDEX field_1_1 (model=? AND shown=? AND r1=? AND v1=? AND (created,stream)")
        .doesNotContain("TEMP B-TREE");
    assertThat(plan(query(RISING).where(is(Relation.GREATER, Ipld.of(5)))))
        .contains("INDEX field_1_1 (model=? AND shown=? AND r1=? AND v1>?")
        .doesNotContain("TEMP B-TREE");
    IndexQuery both =
        query()
            .where(
                new IndexFilter.All(
                    List.of(is(Relation.LESS, Ipld.of(5)), is(Relation.GREATER, Ipld.of(1)))));
    assertThat(explained(Question.count(both, connections.ask(connections::dialect))))
        .contains("INDEX field_1_1 (model=? AND shown=? AND r1=? AND v1>? AND v1<?)");
  }

  @Test
  void shouldMergeModelsEachInItsOrder() throws Exception {
    assertThat(plan(query(RISING).ofModels(Set.of(MODEL, OTHER)).after(place(Ipld.of(1)))))
        .contains("INDEX field_1_1 (model=? AND shown=? AND (r1,v1,created,stream)")
        .contains("INDEX field_2_1 (model=? AND shown=? AND (r1,v1,created,stream)");
  }

  @Test
  void shouldDropTheIndexesOfAModelThatIsStopped() throws Exception {
    index.write(IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL).withActive(false))));

    assertThat(plan(query(RISING))).doesNotContain("field_1");
    assertThat(plan(query(RISING).ofModels(Set.of(OTHER)))).contains("field_2_1");
  }

  @Test
  void shouldWriteAgainWhenThereIsRoomAgain() throws Exception {
    connections.ask(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute("PRAGMA max_page_count = 60");
          }
        });
    String large = "{\"f\":\"" + "x".repeat(1_000_000) + "\"}";

    assertThatThrownBy(() -> index.write(batch(large))).hasMessageContaining("full");
    index.write(batch("{\"f\":1}"));

    assertThat(index.count(query(), Deadline.in(Duration.ofMinutes(1)))).isEqualTo(1);
  }

  private static IndexBatch batch(String content) {
    return IndexBatch.empty()
        .withDocuments(
            List.of(
                IndexedDocument.of(
                    StreamId.of(3, SampleStream.cid("one")),
                    MODEL,
                    "did:key:ann",
                    SampleStream.cid("one"),
                    1,
                    content)));
  }
}
