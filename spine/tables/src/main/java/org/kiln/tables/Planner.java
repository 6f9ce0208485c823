package org.kiln.tables;

import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlParameter;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlTable;
import org.kiln.core.sql.SqlType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what a statement gives and wants, and whether it may be asked. Thread-safe. */
final class Planner {
  private static final Logger LOG = LoggerFactory.getLogger(Planner.class);

  private final Catalog catalog;
  private final Set<String> aggregates = new HashSet<>();

  /** Reads what the engine knows of its own functions. */
  Planner(DuckDBConnection connection, Catalog catalog) throws SQLException {
    this.catalog = catalog;
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT DISTINCT function_name FROM duckdb_functions()"
                    + " WHERE function_type = 'aggregate'")) {
      while (found.next()) {
        aggregates.add(found.getString(1));
      }
    }
  }

  /**
   * What is to be executed, and what comes of it.
   *
   * @param tables our tables that it names
   * @param models the views of models it was made for
   * @param shape what the engine says of its columns; empty when nothing depends on that
   */
  record Plan(
      SqlStatement statement,
      Syntax syntax,
      Optional<Feeds> feed,
      List<SqlType> types,
      List<SqlTable> tables,
      ModelViews models,
      Optional<List<String>> shape) {
    /** The same parameters for another text, made of the one that was looked at. */
    Plan withText(String text) {
      Syntax other = new Syntax(text, syntax.parameters(), syntax.node());
      return new Plan(statement, other, feed, types, tables, models, Optional.empty());
    }

    /** Whether rows of streams are asked for. */
    boolean ofStreams() {
      return tables.stream().anyMatch(Tables::isOfStreams);
    }

    /** Whether documents of models are asked for by their views. */
    boolean ofModels() {
      return tables.stream().anyMatch(table -> table.schema().equals(ModelView.SCHEMA));
    }

    /** Whether rows of events are asked for. */
    boolean ofEvents() {
      return tables.stream().anyMatch(table -> !Tables.isOfStreams(table));
    }
  }

  Plan plan(DuckDBConnection connection, String sql) throws SqlRefusal {
    try (Statement begin = connection.createStatement()) {
      // To prepare is to execute what comes before the last statement: should there ever be any.
      ModelViews models = catalog.models();
      begin.execute("BEGIN TRANSACTION READ ONLY");
      Syntax syntax = Syntax.parse(connection, sql);
      Sources.check(syntax.node(), catalog);
      Calls.check(syntax.node());
      Optional<Feeds> feed = Feeds.of(syntax, catalog, aggregates);
      try (PreparedStatement prepared = connection.prepareStatement(syntax.text())) {
        ParameterMetaData wanted = prepared.getParameterMetaData();
        List<SqlType> types = new ArrayList<>();
        List<SqlParameter> parameters = new ArrayList<>();
        for (int i = 0; i < syntax.parameters().size(); i++) {
          SqlType type = EngineTypes.parameter(wanted.getParameterTypeName(i + 1));
          types.add(type);
          parameters.add(new SqlParameter(syntax.parameters().get(i), type));
        }
        parameters.sort(Comparator.comparing(SqlParameter::name));
        List<SqlColumn> columns = columns(prepared.getMetaData(), syntax);
        return new Plan(
            new SqlStatement(
                sql, columns, parameters, feed.map(one -> Tables.orderOf(one.table()))),
            syntax,
            feed,
            List.copyOf(types),
            syntax.tables(catalog).stream().flatMap(Optional::stream).toList(),
            models,
            Optional.of(shape(prepared.getMetaData())));
      }
    } catch (SQLException e) {
      throw refusal(e);
    }
  }

  /** Names and types, in their order: cells are read by their place. */
  static List<String> shape(ResultSetMetaData found) throws SQLException {
    List<String> shape = new ArrayList<>();
    for (int i = 1; i <= found.getColumnCount(); i++) {
      shape.add(found.getColumnLabel(i) + " " + found.getColumnTypeName(i));
    }
    return shape;
  }

  private List<SqlColumn> columns(ResultSetMetaData found, Syntax syntax)
      throws SQLException, SqlRefusal {
    List<Optional<SqlColumn>> origins = origins(syntax);
    boolean known = origins.size() == found.getColumnCount();
    List<SqlColumn> columns = new ArrayList<>();
    for (int i = 1; i <= found.getColumnCount(); i++) {
      String name = found.getColumnLabel(i);
      Optional<SqlColumn> origin = known ? origins.get(i - 1) : Optional.empty();
      if (origin.isPresent()) {
        columns.add(new SqlColumn(name, origin.get().type(), origin.get().nullable()));
      } else {
        String shown = name.equals("count_star()") ? "count(*)" : name;
        SqlType type = EngineTypes.column(shown, found.getColumnTypeName(i));
        columns.add(new SqlColumn(shown, type, !counts(syntax, i - 1, found.getColumnCount())));
      }
    }
    return columns;
  }

  /** A count is never missing. */
  private static boolean counts(Syntax syntax, int at, int columns) {
    return syntax.selected().size() == columns
        && syntax
            .selected()
            .get(at)
            .text("function_name")
            .filter(name -> name.equals("count_star") || name.equals("count"))
            .isPresent();
  }

  /** Of each column that is one of our table's as it is, which. */
  private List<Optional<SqlColumn>> origins(Syntax syntax) {
    List<Optional<SqlColumn>> origins = new ArrayList<>();
    Optional<SqlTable> table = syntax.onlyTable(catalog);
    if (table.isEmpty()) {
      return List.of();
    }
    for (Ipld.Map selected : syntax.selected()) {
      if (isPlainStar(selected)) {
        table.get().columns().forEach(column -> origins.add(Optional.of(column)));
      } else if (Syntax.isA(selected, "COLUMN_REF")
          && selected.entries().get("column_names") instanceof Ipld.List names) {
        String last = ((Ipld.Text) names.items().get(names.items().size() - 1)).value();
        origins.add(
            table.get().columns().stream()
                .filter(column -> column.name().equalsIgnoreCase(last))
                .findFirst());
      } else {
        origins.add(Optional.empty());
      }
    }
    return origins;
  }

  private static boolean isPlainStar(Ipld.Map selected) {
    return Syntax.isA(selected, "STAR")
        && !(selected.entries().get("expr") instanceof Ipld.Map)
        && List.of("exclude_list", "replace_list", "qualified_exclude_list", "rename_list").stream()
            .allMatch(
                list ->
                    !(selected.entries().get(list) instanceof Ipld.List items)
                        || items.items().isEmpty());
  }

  /** A model came between the look at a statement and its execution. */
  static SqlRefusal otherColumns() {
    return new SqlRefusal(
        Reason.UNAVAILABLE, "The columns of the answer have changed with a model; ask again");
  }

  /** In the words of the engine, the first line of them. */
  static SqlRefusal refusal(SQLException e) {
    String text = String.valueOf(e.getMessage()).strip();
    if (text.startsWith("IO Error")) {
      // The engine names files of the node, which is for its operator.
      LOG.warn("The SQL engine cannot read or write: {}", text);
      return new SqlRefusal(
          Reason.UNAVAILABLE, "The engine cannot read or write its files; the node's log says why");
    }
    Reason reason =
        text.startsWith("Out of Memory")
            ? Reason.LIMIT
            : text.startsWith("Permission")
                ? Reason.FORBIDDEN
                : text.startsWith("INTERRUPT") ? Reason.LIMIT : Reason.INVALID;
    String shown =
        reason == Reason.LIMIT && text.startsWith("Out of Memory")
            ? "The query needs more memory than sql.memory-mb allows: " + Database.firstLine(e)
            : text.lines().limit(2).reduce((a, b) -> a + " " + b).orElse(text);
    return new SqlRefusal(reason, shown);
  }
}
