package org.kiln.tables;

import static org.kiln.core.sql.SqlType.Scalar.BINARY;
import static org.kiln.core.sql.SqlType.Scalar.JSON_TEXT;
import static org.kiln.core.sql.SqlType.Scalar.TEXT;
import static org.kiln.core.sql.SqlType.Scalar.UINT32;
import static org.kiln.core.sql.SqlType.Scalar.UINT64;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlTable;
import org.kiln.tables.ModelColumns.Column;

/**
 * The documents of a model, with what its newest definition says of them as columns. Those that are
 * not to be indexed or have no content are not among them, as in collections.
 *
 * @param order the models were seen in
 * @param model the model
 * @param wanted the name it gives itself
 * @param columns what is shown
 */
record ModelView(long order, StreamId model, String wanted, List<Column> columns) {
  /** The schema that they are all in. */
  static final String SCHEMA = "model";

  private static final List<Column> OF_STREAM =
      List.of(
          new Column(new SqlColumn("_stream_id", TEXT, false), "stream_id"),
          new Column(new SqlColumn("_controller", TEXT, false), "controller"),
          new Column(new SqlColumn("_event_cid", BINARY, false), "event_cid"),
          new Column(new SqlColumn("_event_height", UINT32, false), "event_height"),
          new Column(new SqlColumn("_before", UINT64, true), "before"),
          new Column(new SqlColumn("_order", UINT64, false), "stream_state_order"),
          new Column(new SqlColumn("_content", JSON_TEXT, false), "data->'content'"));
  private static final Set<String> TAKEN =
      OF_STREAM.stream().map(one -> one.column().name()).collect(Collectors.toSet());

  /**
   * The view of a model; empty of an interface, which has no documents of its own, and of what is
   * no definition.
   */
  static Optional<ModelView> of(long order, StreamId model, Ipld content) {
    if (!(content instanceof Ipld.Map definition)
        || Ipld.TRUE.equals(definition.entries().get("interface"))
        || !(definition.entries().get("schema") instanceof Ipld.Map schema)) {
      return Optional.empty();
    }
    List<Column> columns = new ArrayList<>(OF_STREAM);
    columns.addAll(ModelColumns.of(schema, TAKEN));
    String wanted = definition.text("name").filter(ModelColumns::isLegal).orElse(model.toString());
    return Optional.of(new ModelView(order, model, wanted, List.copyOf(columns)));
  }

  /** The names it may have, the best first. */
  List<String> names() {
    String id = model.toString();
    return List.of(wanted, wanted + "_" + id.substring(id.length() - 8), id);
  }

  SqlTable table(String name) {
    return new SqlTable(
        SCHEMA, name, SqlTable.Kind.VIEW, columns.stream().map(Column::column).toList());
  }

  String statement(String name) {
    return "CREATE OR REPLACE VIEW "
        + qualified(name)
        + " AS SELECT "
        + columns.stream()
            .map(one -> one.expression() + " AS " + ModelColumns.name(one.column().name()))
            .collect(Collectors.joining(", "))
        + " FROM _store.streams WHERE listed AND stream_type = 3 AND model = X'"
        + HexFormat.of().formatHex(model.bytes())
        + "'";
  }

  static String qualified(String name) {
    return SCHEMA + "." + ModelColumns.name(name);
  }

  /** Names that the engine, or somebody, takes for the same have the same key. */
  static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
