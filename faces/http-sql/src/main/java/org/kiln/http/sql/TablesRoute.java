package org.kiln.http.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlTable;
import org.kiln.core.sql.SqlTables;
import org.kiln.core.sql.SqlType;
import org.kiln.ipld.Json;

/** The tables there are, and their columns. */
record TablesRoute(String pattern, Supplier<Optional<SqlTables>> tables) implements HttpRoute {
  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public Access access() {
    return Access.VIEWER;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    List<Ipld> all = new ArrayList<>();
    for (SqlTable table : QueryRoute.here(tables).tables()) {
      List<Ipld> columns = new ArrayList<>();
      for (SqlColumn column : table.columns()) {
        columns.add(
            Ipld.map(
                "name", Ipld.of(column.name()),
                "type", Ipld.of(word(column.type())),
                "nullable", Ipld.of(column.nullable())));
      }
      all.add(
          Ipld.map(
              "schema", Ipld.of(table.schema()),
              "name", Ipld.of(table.name()),
              "columns", new Ipld.List(columns)));
    }
    return HttpReply.json(Json.write(Ipld.map("tables", new Ipld.List(all))))
        .with("Cache-Control", "no-store");
  }

  private static String word(SqlType type) {
    return switch (type) {
      case SqlType.ListOf list -> "list of " + word(list.item());
      case SqlType.MapOf map -> "map to " + word(map.value());
      case SqlType.Scalar.JSON_TEXT, SqlType.Scalar.JSON_BYTES -> "json";
      case SqlType.Scalar scalar -> scalar.name().toLowerCase(java.util.Locale.ROOT);
    };
  }
}
