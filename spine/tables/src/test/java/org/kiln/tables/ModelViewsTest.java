package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlTable;
import org.kiln.core.sql.SqlType.Scalar;
import org.kiln.ipld.DagJson;

class ModelViewsTest {
  private static final StreamId POSTS = StreamId.of(2, cid("posts"));
  private static final StreamId OTHERS = StreamId.of(2, cid("others"));
  private static final String SCHEMA =
      """
      {"type": "object", "additionalProperties": false,
       "$defs": {"Kind": {"type": "string"}, "Loop": {"$ref": "#/$defs/Loop"}},
       "properties": {
         "title": {"type": "string"}, "Title": {"type": "string"}, "stars": {"type": "integer"},
         "rate": {"type": "number"}, "done": {"type": ["boolean", "null"]},
         "tags": {"type": "array"}, "kind": {"$ref": "#/$defs/Kind"},
         "loop": {"$ref": "#/$defs/Loop"}, "_order": {"type": "integer"},
         "it's \\"so\\"": {"type": "string"}, "a\\\\b": {"type": "string"},
         "*": {"type": "string"}, "": {"type": "string"}}}
      """;
  private static final String OTHER_SCHEMA = "{\"properties\": {\"body\": {\"type\": \"string\"}}}";

  @TempDir Path directory;
  private Workbench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new Workbench(directory);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldHaveAColumnForEachPropertyOfItsDocuments() throws Exception {
    bench.move(
        model(POSTS, "Post", SCHEMA),
        document(
            POSTS,
            "first",
            """
            {"title": "a", "Title": "b", "stars": 9007199254740993, "rate": 2, "done": true,
             "tags": ["x", 1], "kind": "k", "_order": 7, "it's \\"so\\"": "quoted",
             "a\\\\b": "slashed", "*": "star", "": "nothing"}\
            """),
        document(OTHERS, "second", "{\"title\": \"of another model\"}"));
    assertThat(
            bench.ask(
                "SELECT title, \"Title_2\", stars, rate, done, tags, kind, loop, _order_2,"
                    + " \"it's \"\"so\"\"\", \"a\\b\", _stream_id FROM model.post"))
        .containsExactly(
            new Object[] {
              "b",
              "a",
              9007199254740993L,
              2.0,
              true,
              "[\"x\",1]",
              "k",
              null,
              7L,
              "quoted",
              "slashed",
              StreamId.of(3, cid("first")).toString()
            });
    assertThat(bench.ask("SELECT _content->>'title' AS title FROM model.\"Post\""))
        .containsExactly(new Object[] {"a"});
  }

  @Test
  void shouldListThemWithTheirColumns() throws Exception {
    bench.move(model(POSTS, "Post", OTHER_SCHEMA));
    SqlTable table =
        bench.room().tables().stream()
            .filter(one -> one.schema().equals("model"))
            .findFirst()
            .orElseThrow();
    assertThat(table.name()).isEqualTo("Post");
    assertThat(table.columns()).contains(new SqlColumn("body", Scalar.TEXT, true));
    assertThat(bench.room().plan("SELECT * FROM model.Post").columns()).isEqualTo(table.columns());
    assertThat(
            bench.ask(
                "SELECT name, view_name, version, interface, schema::JSON->'properties' AS p FROM"
                    + " models"))
        .containsExactly(
            new Object[] {"Post", "Post", "1.0", false, "{\"body\":{\"type\":\"string\"}}"});
  }

  @Test
  void shouldLeaveOutWhatCollectionsLeaveOut() throws Exception {
    Ipld.Map hidden = Ipld.map("shouldIndex", Ipld.FALSE);
    bench.move(
        model(POSTS, "Post", OTHER_SCHEMA),
        document(POSTS, "empty", "null"),
        state(StreamId.of(3, cid("hidden")), of(POSTS, hidden), json("{\"body\": \"x\"}")));
    assertThat(bench.ask("SELECT * FROM model.Post")).isEmpty();
    assertThat(bench.ask("SELECT stream_id FROM stream_states")).hasSize(3);
  }

  @Test
  void shouldTellOfAllColumnsThatAreJsonThatTheyAre() throws Exception {
    bench.move(model(POSTS, "Post", OTHER_SCHEMA));
    for (SqlTable table : bench.room().tables()) {
      if (table.name().endsWith("_feed")) {
        continue;
      }
      String name = table.schema() + "." + table.name();
      // In a join columns have the types of the engine.
      String joined = "SELECT a.* FROM " + name + " a JOIN (SELECT 1) ON true";
      assertThat(jsons(bench.room().plan("SELECT * FROM " + name).columns()))
          .as(name)
          .isEqualTo(jsons(bench.room().plan(joined).columns()));
    }
    List<SqlColumn> streams = bench.room().plan("SELECT * FROM stream_states_feed").columns();
    assertThat(jsons(streams)).containsExactly("data JSON_BYTES");
  }

  private static List<String> jsons(List<SqlColumn> columns) {
    return columns.stream()
        .map(column -> column.name() + " " + column.type())
        .filter(column -> column.contains("JSON"))
        .toList();
  }

  @Test
  void shouldHaveDocumentsThatSpellTheirModelOtherwise() throws Exception {
    byte[] plain = POSTS.bytes();
    // The type, 2, as a varint of two bytes.
    byte[] longer = new byte[plain.length + 1];
    System.arraycopy(plain, 0, longer, 0, 2);
    longer[2] = (byte) (plain[2] | 0x80);
    System.arraycopy(plain, 3, longer, 4, plain.length - 3);
    assertThat(StreamId.of(longer)).isEqualTo(POSTS);
    Ipld.Map metadata = of(POSTS, Ipld.Map.EMPTY).with("model", new Ipld.Bytes(longer));
    bench.move(
        model(POSTS, "Post", OTHER_SCHEMA),
        state(StreamId.of(3, cid("first")), metadata, json("{\"body\": \"x\"}")));
    assertThat(bench.ask("SELECT body FROM model.Post")).containsExactly(new Object[] {"x"});
  }

  @Test
  void shouldFollowItsModel() throws Exception {
    bench.move(model(POSTS, "Post", OTHER_SCHEMA), document(POSTS, "first", "{\"body\": \"x\"}"));
    assertThat(bench.ask("SELECT * FROM model.Post").get(0)).hasSize(8);
    bench.move(
        model(
            POSTS,
            "Note",
            "{\"properties\": {\"body\": {\"type\": \"string\"}, \"more\": {\"type\":"
                + " \"integer\"}}}"));
    assertThat(bench.ask("SELECT body, more FROM model.Note"))
        .containsExactly(new Object[] {"x", null});
    assertThatThrownBy(() -> bench.ask("SELECT * FROM model.Post")).isInstanceOf(SqlRefusal.class);
    bench.reopen();
    assertThat(bench.ask("SELECT body FROM model.Note")).containsExactly(new Object[] {"x"});
  }

  @Test
  void rejectsAnAnswerWhoseColumnsAreNotThoseThatWereTold() throws Exception {
    String before =
        "{\"properties\": {\"b\": {\"type\": \"string\"}, \"c\": {\"type\": \"string\"}}}";
    String after =
        "{\"properties\": {\"a\": {\"type\": \"string\"}, \"b\": {\"type\": \"string\"}}}";
    bench.move(
        model(POSTS, "Post", before),
        document(POSTS, "first", "{\"a\": \"of a\", \"b\": \"of b\", \"c\": \"of c\"}"));
    SqlStatement told = bench.room().plan("SELECT * FROM model.Post");
    SqlStatement named = bench.room().plan("SELECT b FROM model.Post");
    bench.move(model(POSTS, "Post", after));
    assertThatThrownBy(() -> bench.room().open(told, Map.of()))
        .isInstanceOfSatisfying(
            SqlRefusal.class, e -> assertThat(e.reason()).isEqualTo(SqlRefusal.Reason.UNAVAILABLE))
        .hasMessageContaining("ask again");
    try (SqlRows rows = bench.room().open(named, Map.of())) {
      assertThat(rows.next().orElseThrow()).containsExactly(new Object[] {"of b"});
    }
  }

  @Test
  void shouldPlanAQueryForTheModelThatItWaitsFor() throws Exception {
    String before = "{\"properties\": {\"b\": {\"type\": \"string\"}}}";
    String after = "{\"properties\": {\"b\": {\"type\": \"integer\"}}}";
    bench.move(model(POSTS, "Post", before), document(POSTS, "first", "{\"b\": 5}"));
    SqlStatement told = bench.room().plan("SELECT b FROM model.Post");
    assertThat(told.columns()).extracting(SqlColumn::type).containsExactly(Scalar.TEXT);
    bench.show(model(POSTS, "Post", after));
    StreamChange change = bench.change(POSTS, POSTS.init());
    CompletableFuture<Throwable> answer =
        CompletableFuture.supplyAsync(
            () -> catchThrowable(() -> bench.room().open(told, Map.of()).close()));
    bench.room().streamReader().take(List.of(change), change.token());
    assertThat(answer.get(30, TimeUnit.SECONDS)).hasMessageContaining("ask again");
    assertThat(bench.ask("SELECT b FROM model.Post")).containsExactly(new Object[] {5L});
  }

  @Test
  void shouldNotGiveTheNameOfAViewToAnotherModel() throws Exception {
    String suffix = OTHERS.toString().substring(OTHERS.toString().length() - 8);
    bench.move(model(POSTS, "Post", OTHER_SCHEMA));
    bench.move(model(OTHERS, "POST", OTHER_SCHEMA), document(OTHERS, "first", "{\"body\": \"x\"}"));
    assertThat(bench.ask("SELECT body FROM model.Post")).isEmpty();
    assertThat(bench.ask("SELECT body FROM model.POST_" + suffix)).hasSize(1);
    // Once the first has another name, it is free.
    bench.move(model(POSTS, "Note", OTHER_SCHEMA));
    assertThat(bench.ask("SELECT body FROM model.Post")).hasSize(1);
    assertThatThrownBy(() -> bench.ask("SELECT body FROM model.POST_" + suffix))
        .isInstanceOf(SqlRefusal.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "*"})
  void shouldCallModelsByTheirIdWhoseNameIsNone(String name) throws Exception {
    bench.move(model(POSTS, name, OTHER_SCHEMA));
    assertThat(bench.ask("SELECT body FROM model." + POSTS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"; DROP TABLE _store.streams; --", "it's", "select", "x_feed", "a.b"})
  void shouldQuoteNames(String name) throws Exception {
    bench.move(model(POSTS, name, OTHER_SCHEMA), document(POSTS, "first", "{\"body\": \"x\"}"));
    assertThat(bench.ask("SELECT body FROM model.\"" + name.replace("\"", "\"\"") + "\""))
        .containsExactly(new Object[] {"x"});
  }

  @Test
  void shouldHaveNoViewOfAnInterface() throws Exception {
    Ipld.Map definition = ((Ipld.Map) content("Post", OTHER_SCHEMA)).with("interface", Ipld.TRUE);
    bench.move(state(POSTS, of(StreamId.MODEL, Ipld.Map.EMPTY), definition));
    assertThat(bench.ask("SELECT interface, view_name FROM models"))
        .containsExactly(new Object[] {true, null});
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"maybe\"", "\"true\"", "{\"a\": 1}", "1", "null"})
  void shouldTakeForNoInterfaceWhatDoesNotSayTrue(String other) throws Exception {
    Ipld.Map definition = ((Ipld.Map) content("Post", OTHER_SCHEMA)).with("interface", json(other));
    bench.move(state(POSTS, of(StreamId.MODEL, Ipld.Map.EMPTY), definition));
    assertThat(bench.ask("SELECT interface, view_name FROM models"))
        .containsExactly(new Object[] {false, "Post"});
  }

  @Test
  void shouldHaveNoWholeNumberOfWhatDoesNotFit() throws Exception {
    bench.move(
        document(OTHERS, "first", "{\"n\": 18446744073709551615}"),
        document(OTHERS, "second", "{\"n\": 2}"));
    assertThat(
            bench.ask(
                "SELECT json_get_int(data, 'content', 'n') AS n FROM stream_states ORDER BY"
                    + " stream_state_order"))
        .containsExactly(new Object[] {null}, new Object[] {2L});
  }

  @Test
  void shouldForgetViewsWithTheirRows() throws Exception {
    bench.move(model(POSTS, "Post", OTHER_SCHEMA));
    bench
        .room()
        .streamReader()
        .refused(
            new org.kiln.api.feed.FeedException(
                org.kiln.api.feed.FeedException.Reason.GONE, "It is gone"));
    assertThat(bench.room().tables()).noneMatch(table -> table.schema().equals("model"));
    bench.move(model(OTHERS, "Post", OTHER_SCHEMA));
    assertThat(bench.ask("SELECT body FROM model.Post")).isEmpty();
  }

  @Test
  void shouldHaveViewsOfSoManyModelsAtMost() throws Exception {
    List<ModelView> many = new ArrayList<>();
    for (int i = 1; i <= ModelViews.MOST; i++) {
      StreamId model = StreamId.of(2, cid("model " + i));
      many.add(ModelView.of(i, model, content("Model" + i, OTHER_SCHEMA)).orElseThrow());
    }
    ModelViews full = ModelViews.NONE.with(many, Set.of());
    try (Database database = Database.open(directory.resolve("full"), 64);
        StreamStore store = new StreamStore(database)) {
      store.put(Set.of(), List.of(), Set.of(), ModelViews.NONE, full, StreamStore.Place.BEGIN);
      Catalog catalog = new Catalog();
      StreamTableReader reader =
          new StreamTableReader(
              store, (ref, options) -> model(POSTS, "Post", OTHER_SCHEMA), new Progress(), catalog);
      catalog.set(full);
      var change = bench.change(POSTS, POSTS.init());
      reader.take(List.of(change), change.token());
      assertThat(catalog.models()).isSameAs(full);
    }
  }

  @Test
  void shouldHaveSoManyColumnsAtMost() {
    assertThat(columns(2 * ModelColumns.MOST, "p")).hasSize(ModelColumns.MOST);
    List<ModelColumns.Column> long100 = columns(ModelColumns.MOST, "p".repeat(100));
    assertThat(long100).hasSizeBetween(50, 100);
    assertThat(long100.stream().mapToInt(one -> one.expression().length()).sum())
        .isLessThan(ModelColumns.CHARACTERS);
  }

  private static List<ModelColumns.Column> columns(int many, String name) {
    Ipld.Map properties = Ipld.Map.EMPTY;
    for (int i = 0; i < many; i++) {
      properties = properties.with(name + i, Ipld.map("type", Ipld.of("string")));
    }
    return ModelColumns.of(Ipld.map("properties", properties), Set.of());
  }

  private static StreamState model(StreamId id, String name, String schema) {
    return state(id, of(StreamId.MODEL, Ipld.Map.EMPTY), content(name, schema));
  }

  private static StreamState document(StreamId model, String name, String content) {
    return state(StreamId.of(3, cid(name)), of(model, Ipld.Map.EMPTY), json(content));
  }

  private static Ipld content(String name, String schema) {
    return Ipld.map("name", Ipld.of(name), "version", Ipld.of("1.0"), "schema", json(schema));
  }

  private static Ipld.Map of(StreamId model, Ipld.Map more) {
    Ipld.Map metadata =
        Ipld.map(
            "controllers",
            Ipld.list(Ipld.of("did:key:owner")),
            "model",
            new Ipld.Bytes(model.bytes()));
    return more.get("shouldIndex")
        .map(value -> metadata.with("shouldIndex", value))
        .orElse(metadata);
  }

  private static StreamState state(StreamId id, Ipld.Map metadata, Ipld content) {
    return StreamState.of(
        id,
        1,
        Document.of(content, metadata, Document.Signature.SIGNED),
        StreamLog.of(List.of(LogEntry.of(id.init(), LogEntry.Kind.INIT))));
  }

  private static Ipld json(String text) {
    try {
      return DagJson.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (CodecException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Cid cid(String name) {
    return Cid.sha256(Cid.DAG_CBOR, name.getBytes(StandardCharsets.UTF_8));
  }
}
