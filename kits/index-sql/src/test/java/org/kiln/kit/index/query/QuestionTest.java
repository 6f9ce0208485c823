package org.kiln.kit.index.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.index.sql.Sql;
import org.kiln.kit.index.sql.Tables;

/** What is put into SQL, in a dialect in which members are columns of their names. */
class QuestionTest {
  private static final StreamId KNOWN = StreamId.of(2, StreamId.MODEL.init());
  private static final StreamId OTHER = StreamId.of(3, StreamId.MODEL.init());
  private static final StreamId UNKNOWN = StreamId.of(4, StreamId.MODEL.init());

  private record Plain(String name) implements Member {
    @Override
    public List<Column> columns() {
      return List.of(new Column("r", this::rank), new Column("k", this::key));
    }

    @Override
    public void rank(Sql sql) {
      sql.add(name + "_rank");
    }

    @Override
    public void key(Sql sql) {
      sql.add(name + "_key");
    }

    @Override
    public void value(Sql sql, int rank) {
      sql.add(name);
    }

    @Override
    public boolean isFoundByKey(int rank) {
      return rank == Rank.TEXT;
    }

    @Override
    public void sameOfAll(Sql sql, int rank) {}
  }

  private record Words(int mostBound) implements Dialect {
    @Override
    public Tables tables() {
      return new Tables("t_", "least", "greatest", "?", true);
    }

    @Override
    public OptionalLong model(StreamId id) {
      return id.equals(UNKNOWN) ? OptionalLong.empty() : OptionalLong.of(id.type());
    }

    @Override
    public String shown() {
      return "shown";
    }

    @Override
    public void account(Sql sql, String account) {
      sql.add("controller = ").bind(account);
    }

    @Override
    public Member member(String field) {
      return new Plain(field);
    }

    @Override
    public List<Object> columns(Ipld value) {
      return List.of(Rank.of(value), key(value));
    }

    @Override
    public int width() {
      return 2;
    }

    @Override
    public Ipld read(ResultSet row, int column) throws SQLException {
      return Ipld.of(row.getLong(column + 1));
    }

    @Override
    public Object key(Ipld value) {
      return value instanceof Ipld.Text text ? IndexPlace.begin(text.value()) : value(value);
    }

    @Override
    public Object value(Ipld value) {
      return value instanceof Ipld.Text text ? text.value() : 1L;
    }

    @Override
    public void among(Sql sql, int rank, List<Ipld> values) {
      sql.add(" among ").bind((long) values.size());
    }
  }

  private static String text(Sql sql) throws SQLException {
    List<String> prepared = new ArrayList<>();
    ClassLoader loader = QuestionTest.class.getClassLoader();
    Object statement =
        Proxy.newProxyInstance(
            loader, new Class<?>[] {PreparedStatement.class}, (self, method, values) -> null);
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                loader,
                new Class<?>[] {Connection.class},
                (self, method, values) -> {
                  prepared.add((String) values[0]);
                  return statement;
                });
    sql.prepare(connection);
    return prepared.getFirst();
  }

  private static String page(IndexQuery query) throws SQLException {
    return text(Question.page(query, new Words(1_000)));
  }

  private static String where(IndexFilter filter) throws SQLException {
    String count = text(Question.count(IndexQuery.of(Set.of(KNOWN)).where(filter), new Words(9)));
    String before = "SELECT count(*) FROM t_documents d WHERE shown AND d.model = 2 AND ";
    assertThat(count).startsWith(before);
    return count.substring(before.length());
  }

  @Test
  void shouldCompareNeighboursOfOneDirectionAsOneTuple() throws Exception {
    IndexQuery query = IndexQuery.of(Set.of(KNOWN)).first(5);
    IndexPlace place = new IndexPlace(List.of(), 7, KNOWN);
    assertThat(page(query.after(place)))
        .endsWith(
            " AND (d.created, d.stream) > (?, ?) ORDER BY d.created ASC, d.stream ASC LIMIT ?");
    List<SortKey> both = List.of(new SortKey("a", true), new SortKey("b", false));
    assertThat(page(query.sortedBy(both).after(place)))
        .startsWith(
            "SELECT d.stream AS stream, d.created AS created, a_rank AS r0, a_key AS k0,"
                + " b_rank AS r1, b_key AS k1 FROM t_documents d")
        .contains(
            " AND (a_rank, a_key) <= (?, ?) AND ((a_rank, a_key) < (?, ?) OR"
                + " ((b_rank, b_key, d.created, d.stream) > (?, ?, ?, ?)))")
        .endsWith(
            " ORDER BY a_rank DESC, a_key DESC, b_rank ASC, b_key ASC, d.created ASC,"
                + " d.stream ASC LIMIT ?");
  }

  @Test
  void shouldMergeModelsUnlessThatBindsTooMuch() throws Exception {
    IndexQuery query = IndexQuery.of(Set.of(KNOWN, OTHER)).first(5);
    assertThat(page(query))
        .startsWith("SELECT * FROM (SELECT ")
        .contains(") AS m0 UNION ALL SELECT * FROM (SELECT ")
        .endsWith(") AS m1 ORDER BY created ASC, stream ASC LIMIT ?");
    assertThat(text(Question.page(query, new Words(2))))
        .contains("d.model IN (")
        .doesNotContain("UNION");
    assertThat(page(query.ofModels(Set.of(UNKNOWN)))).contains("WHERE shown AND FALSE ");
  }

  @Test
  void shouldTellUnknownFromFalseInsideOfNot() throws Exception {
    IndexFilter equal = new IndexFilter.Compare("a", Relation.EQUAL, Ipld.of("x"));
    IndexFilter less = new IndexFilter.Compare("a", Relation.LESS, Ipld.of(3));
    assertThat(where(equal)).isEqualTo("(a_rank = 3 AND a_key = ?)");
    assertThat(where(less)).isEqualTo("(a_rank = 2 AND a < ?)");
    assertThat(where(new IndexFilter.Not(equal)))
        .isEqualTo("NOT (CASE a_rank WHEN 3 THEN a = ? WHEN 0 THEN NULL ELSE FALSE END)");
    assertThat(where(new IndexFilter.Not(less)))
        .isEqualTo("NOT (CASE a_rank WHEN 2 THEN a < ? WHEN 0 THEN NULL ELSE NULL END)");
  }

  @Test
  void shouldCompareALongTextByItsBeginAndWhole() throws Exception {
    Ipld text = Ipld.of("x".repeat(IndexPlace.TEXT_LENGTH));
    assertThat(where(new IndexFilter.Compare("a", Relation.LESS, text)))
        .isEqualTo("(a_rank = 3 AND a_key <= ? AND a < ?)");
    assertThat(where(new IndexFilter.In("a", List.of(Ipld.of("x"), Ipld.of(1)))))
        .isEqualTo("(a_rank = 2 AND a among ? OR a_rank = 3 AND a_key among ?)");
    assertThat(where(new IndexFilter.In("a", List.of(text))))
        .isEqualTo("(a_rank = 3 AND a among ?)");
  }

  @Test
  void shouldHalveWhatIsJoined() throws Exception {
    IndexFilter missing = new IndexFilter.Missing("a");
    assertThat(where(new IndexFilter.Any(List.of(missing, missing, missing))))
        .isEqualTo("(a_rank = 0 OR (a_rank = 0 OR a_rank = 0))");
    assertThat(where(new IndexFilter.Any(List.of()))).isEqualTo("FALSE");
  }
}
