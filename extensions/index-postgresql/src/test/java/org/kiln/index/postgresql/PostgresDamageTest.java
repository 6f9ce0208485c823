package org.kiln.index.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.testkit.SampleStream;

/** Files of the server that came to harm: what is damaged is made anew, and the rest of it goes. */
class PostgresDamageTest {
  private static final StreamId MODEL = StreamId.of(2, SampleStream.cid("model"));
  private static final IndexedModel INDEXED =
      IndexedModel.of(MODEL).withIndices(List.of(new FieldIndex(List.of(List.of("n")))));
  private static final IndexQuery ALL = IndexQuery.of(Set.of(MODEL));
  private static final int PAGE = 8192;
  private static final int DOCUMENTS = 50;
  private static Database server;

  private IndexSpec spec;
  private String schema;

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

  @BeforeEach
  void fill() throws Exception {
    String url = server.fresh();
    schema = url.substring(url.lastIndexOf('=') + 1);
    spec = IndexSpec.of(Path.of("."), NetworkId.INMEMORY).with(Map.of(PostgresBackend.URL, url));
    try (DocumentIndex index = new PostgresBackend().open(spec)) {
      index.write(IndexBatch.empty().withModels(List.of(INDEXED)));
      index.write(documents());
    }
  }

  private static IndexBatch documents() {
    List<IndexedDocument> documents = new ArrayList<>();
    for (int n = 1; n <= DOCUMENTS; n++) {
      StreamId id = StreamId.of(3, SampleStream.cid("document " + n));
      documents.add(
          IndexedDocument.of(id, MODEL, "did:key:ann", id.init(), n, "{\"n\":" + n + "}"));
    }
    return IndexBatch.empty().withDocuments(documents).at(new ResumeToken(7, DOCUMENTS));
  }

  /** Every page of a table or index. */
  private void damage(String relation) throws Exception {
    Path file = server.file(schema + "." + relation);
    server.end();
    byte[] bytes = new byte[(int) Files.size(file)];
    assertThat(bytes).hasSizeGreaterThanOrEqualTo(PAGE);
    Arrays.fill(bytes, (byte) 0x55);
    Files.write(file, bytes, StandardOpenOption.WRITE);
    server.begin();
  }

  private void makesAnew(IndexedModel... kept) throws Exception {
    try (DocumentIndex anew = new PostgresBackend().openAnew(spec)) {
      assertThat(anew.models()).usingRecursiveFieldByFieldElementComparator().containsExactly(kept);
      assertThat(anew.position()).isEmpty();
      assertThat(anew.owing()).isZero();
      assertThat(anew.count(ALL, Deadline.NONE)).isZero();
      anew.write(IndexBatch.empty().withModels(List.of(INDEXED)));
      anew.write(documents());
    }
    try (DocumentIndex index = new PostgresBackend().open(spec)) {
      assertThat(index.count(ALL, Deadline.NONE)).isEqualTo(DOCUMENTS);
      IndexFilter some = new IndexFilter.Compare("n", IndexFilter.Relation.GREATER, Ipld.of(40));
      assertThat(index.count(ALL.where(some), Deadline.NONE)).isEqualTo(10);
      assertThat(index.position()).contains(new ResumeToken(7, DOCUMENTS));
    }
    assertThat(
            server.number(
                "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'kiln_field_%' AND schemaname"
                    + " = '"
                    + schema
                    + "'"))
        .isEqualTo(1);
  }

  private void rejectsAsDamaged(Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            IndexException.class,
            e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.CORRUPT));
  }

  /** To delete them, it would have to read them. */
  @Test
  void shouldMakeAnewDocumentsThatCannotBeRead() throws Exception {
    damage("kiln_documents");
    try (DocumentIndex index = new PostgresBackend().open(spec)) {
      rejectsAsDamaged(() -> index.count(ALL, Deadline.NONE));
      rejectsAsDamaged(index::clear);
    }

    makesAnew(INDEXED);
  }

  @Test
  void shouldMakeAnewIndexesThatAreDamaged() throws Exception {
    for (String relation : List.of("kiln_documents_pkey", "kiln_models_pkey", "kiln_node_pkey")) {
      damage(relation);
      makesAnew(INDEXED);
    }
    damage(fieldIndex());
    makesAnew(INDEXED);
  }

  private String fieldIndex() throws Exception {
    long number =
        server.number(
            "SELECT split_part(indexname, '_', 3)::bigint FROM pg_indexes"
                + " WHERE indexname LIKE 'kiln_field_%' AND schemaname = '"
                + schema
                + "'");
    return "kiln_field_" + number + "_1";
  }

  @Test
  void shouldBeginWithoutModelsWhereTheyCannotBeRead() throws Exception {
    damage("kiln_models");
    rejectsAsDamaged(() -> new PostgresBackend().open(spec));

    makesAnew();
  }

  @Test
  void shouldKeepTheModelsWhereItSaysNoMoreWhatItIs() throws Exception {
    damage("kiln_node");
    rejectsAsDamaged(() -> new PostgresBackend().open(spec));
    makesAnew(INDEXED);

    server.sql("DELETE FROM " + schema + ".kiln_node");
    rejectsAsDamaged(() -> new PostgresBackend().open(spec));
    makesAnew(INDEXED);
  }

  @Test
  void rejectsToMakeAnewWhatIsOfAnotherNetworkOrANewerVersion() throws Exception {
    IndexSpec other = IndexSpec.of(Path.of("."), NetworkId.MAINNET).with(spec.settings());
    assertThatThrownBy(() -> new PostgresBackend().openAnew(other)).hasMessageContaining("network");
    server.sql("UPDATE " + schema + ".kiln_node SET value = '99' WHERE name = 'schema'");
    assertThatThrownBy(() -> new PostgresBackend().openAnew(spec))
        .hasMessageContaining("newer version");
    server.sql("UPDATE " + schema + ".kiln_node SET value = '1' WHERE name = 'schema'");

    try (DocumentIndex index = new PostgresBackend().open(spec)) {
      assertThat(index.count(ALL, Deadline.NONE)).isEqualTo(DOCUMENTS);
    }
  }

  /** Others may read the tables: that is no part of what is made anew. */
  @Test
  void shouldLeaveItToOthersToReadIt() throws Exception {
    server.sql("CREATE ROLE statistics");
    server.sql("GRANT SELECT ON " + schema + ".kiln_documents TO statistics");

    makesAnew(INDEXED);

    assertThat(
            server.number(
                "SELECT count(*) FROM information_schema.role_table_grants"
                    + " WHERE grantee = 'statistics' AND table_schema = '"
                    + schema
                    + "'"))
        .isEqualTo(1);
  }
}
