package org.kiln.index.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.index.query.Question;
import org.kiln.kit.index.sql.Sql;
import org.kiln.testkit.SampleStream;

/** What PostgreSQL says it will do, and what happens when it is gone, or not as it should be. */
class PostgresPlanTest {
  private static final StreamId MODEL = StreamId.of(2, SampleStream.cid("model"));
  private static final StreamId OTHER = StreamId.of(2, SampleStream.cid("other"));
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

  private static IndexSpec spec(String url) {
    return IndexSpec.of(Path.of("."), NetworkId.INMEMORY).with(Map.of(PostgresBackend.URL, url));
  }

  private DocumentIndex open(String url) {
    DocumentIndex index = new PostgresBackend().open(spec(url));
    open.add(index);
    return index;
  }

  private static IndexBatch documents(long number) {
    List<IndexedDocument> documents =
        LongStream.range(0, number)
            .mapToObj(
                i -> {
                  StreamId id = StreamId.of(3, SampleStream.cid("document " + i));
                  String content = "{\"f\":%d,\"it's\":\"%d\"}".formatted(i % 100, i);
                  return IndexedDocument.of(id, MODEL, "did:key:ann", id.init(), i, content);
                })
            .toList();
    return IndexBatch.empty().withDocuments(documents);
  }

  private static IndexQuery query(SortKey... sorting) {
    return IndexQuery.of(Set.of(MODEL)).first(20).sortedBy(List.of(sorting));
  }

  private static String plan(Sessions sessions, IndexQuery query) throws SQLException {
    return sessions.read(
        Deadline.NONE,
        connection -> {
          Sql sql = Question.page(query, sessions.dialect(connection));
          List<String> steps = new ArrayList<>();
          try (PreparedStatement explain = sql.prepare(connection, "EXPLAIN ");
              ResultSet rows = explain.executeQuery()) {
            while (rows.next()) {
              steps.add(rows.getString(1));
            }
          }
          return String.join("\n", steps);
        });
  }

  @Test
  void shouldBeginInAnIndexWhereThePageBegins() throws Exception {
    String url = server.fresh();
    DocumentIndex index = open(url);
    FieldIndex byField = new FieldIndex(List.of(List.of("f")));
    FieldIndex byText = new FieldIndex(List.of(List.of("it's")));
    index.write(
        IndexBatch.empty()
            .withModels(List.of(IndexedModel.of(MODEL).withIndices(List.of(byField, byText)))));
    index.write(documents(2_000));
    IndexPlace after = new IndexPlace(List.of(), 1_500, MODEL);
    IndexPlace afterKey = new IndexPlace(List.of(Ipld.of(90)), 1_500, MODEL);
    IndexPlace afterText = new IndexPlace(List.of(Ipld.of("90")), 1_500, MODEL);
    try (Sessions sessions = new Sessions(Address.parse(url))) {
      assertThat(plan(sessions, query().after(after)))
          .contains("kiln_documents_created")
          .contains("(ROW(created, stream) > ")
          .doesNotContain("Sort", "Filter");
      for (boolean falling : List.of(false, true)) {
        assertThat(plan(sessions, query(new SortKey("f", falling)).after(afterKey)))
            .contains("Index Cond: (ROW(")
            .contains("kiln_field_1_1")
            .doesNotContain("Sort", "Filter");
        assertThat(plan(sessions, query(new SortKey("it's", falling)).after(afterText)))
            .contains("kiln_field_1_2")
            .doesNotContain("Sort", "Filter");
      }
      IndexFilter equal = new IndexFilter.Compare("it's", Relation.EQUAL, Ipld.of("77"));
      assertThat(plan(sessions, query().where(equal)))
          .contains("kiln_field_1_2")
          .doesNotContain("Sort");
      IndexFilter number = new IndexFilter.Compare("f", Relation.EQUAL, Ipld.of(7));
      assertThat(plan(sessions, query().where(number).after(after)))
          .contains("kiln_field_1_1")
          .contains("ROW(created, stream) > ")
          .doesNotContain("Sort", "Filter");
    }
    index.write(IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL).withActive(false))));
    try (Sessions sessions = new Sessions(Address.parse(url))) {
      assertThat(plan(sessions, query(new SortKey("f", false)))).doesNotContain("kiln_field");
    }
  }

  @Test
  void shouldMergeModelsEachInItsOrder() throws Exception {
    String url = server.fresh();
    DocumentIndex index = open(url);
    index.write(
        IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL), IndexedModel.of(OTHER))));
    index.write(documents(2_000));
    IndexQuery both = query().ofModels(Set.of(MODEL, OTHER));
    try (Sessions sessions = new Sessions(Address.parse(url))) {
      assertThat(plan(sessions, both.after(new IndexPlace(List.of(), 1_500, MODEL))))
          .contains("Merge Append")
          .contains("(ROW(created, stream) > ")
          .doesNotContain("Sort  (", "Filter");
    }
  }

  private static void rejects(Runnable call, Kind kind, String words) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(IndexException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }

  @Test
  void shouldWaitForADatabaseThatIsGoneAndGoOnWhenItIsBack() throws Exception {
    DocumentIndex index = open(server.fresh());
    index.write(IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL))));
    index.write(documents(3));
    assertThat(index.count(query(), Deadline.NONE)).isEqualTo(3);

    server.end();
    rejects(() -> index.count(query(), Deadline.NONE), Kind.UNAVAILABLE, "refused");
    rejects(() -> index.write(documents(4)), Kind.UNAVAILABLE, "cannot be written");
    rejects(() -> index.write(documents(4)), Kind.UNAVAILABLE, "refused");
    server.begin();

    index.write(documents(5));
    assertThat(index.count(query(), Deadline.NONE)).isEqualTo(5);
  }

  @Test
  void rejectsAnIndexThatAnotherNodeWrites() throws Exception {
    String url = server.fresh();
    open(url);

    rejects(() -> open(url), Kind.UNAVAILABLE, "Another node writes to this index");
  }

  @Test
  void rejectsAnIndexOfANewerVersionAndLeavesIt() throws Exception {
    String url = server.fresh();
    new PostgresBackend().open(spec(url)).close();
    String schema = url.substring(url.lastIndexOf('=') + 1);
    server.sql("UPDATE " + schema + ".kiln_node SET value = '99' WHERE name = 'schema'");

    rejects(() -> open(url), Kind.NEWER, "newer version");
    rejects(() -> open(url), Kind.NEWER, "newer version");
  }

  @Test
  void rejectsToWriteWhereItMayNot() throws Exception {
    String url = server.fresh();
    DocumentIndex index = new PostgresBackend().open(spec(url));
    index.write(IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL))));
    index.close();
    server.sql("CREATE ROLE reader SUPERUSER LOGIN");
    server.sql("ALTER ROLE reader SET default_transaction_read_only = on");

    DocumentIndex readable = open(url.replace("//kiln@", "//reader@"));

    rejects(() -> readable.write(documents(1)), Kind.UNWRITABLE, "read-only");
    assertThat(readable.count(query(), Deadline.NONE)).isZero();
  }

  @Test
  void shouldTakeTheNamesThatPeopleGiveTheirServers() {
    assertThat(Address.parse("postgres://kiln:p%40ss@my_db:5433/x?currentSchema=a"))
        .isEqualTo(new Address("postgresql://my_db:5433/x", "?currentSchema=a", "kiln", "p@ss"));
    assertThat(Address.parse("postgresql://[::1]/x"))
        .isEqualTo(new Address("postgresql://[::1]/x", "", "", ""));
  }

  @Test
  void rejectsWhatIsNoAddressWithoutRepeatingIt() {
    for (String url :
        List.of(
            "",
            "postgresql:",
            "postgresql://kiln:secret@/x",
            "postgresql://kiln:secret@a:b/x",
            "mysql://kiln:secret@host/x")) {
      assertThatThrownBy(() -> open(url))
          .hasMessageStartingWith("index.url is not of the form")
          .hasMessageNotContaining("secret");
    }
    rejects(
        () -> open("postgresql://kiln:secret@127.0.0.1:1/x"),
        Kind.UNAVAILABLE,
        "postgresql://127.0.0.1:1/x cannot be opened");
    for (String url :
        List.of(
            "postgresql://kiln:secret@127.0.0.1:1/x",
            "postgresql://127.0.0.1:1/x?user=kiln&password=secret",
            "postgresql://127.0.0.1:1/x?sslmode=require&sslpassword=secret")) {
      assertThat(Address.parse(url)).asString().doesNotContain("secret");
      assertThatThrownBy(() -> open(url)).hasMessageNotContaining("secret");
    }
  }
}
