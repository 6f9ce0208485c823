package org.kiln.flight.sql;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlProducer;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.kiln.core.sql.SqlTable;
import org.kiln.core.sql.SqlTables;

/**
 * What there is to ask: catalogs, schemas and tables, with the columns that Flight SQL describes.
 * Without a catalog in the question all of them are meant, as Flight SQL says; ceramic-one answers
 * nothing then.
 */
final class Metadata {
  static final Schema SQL_INFO = FlightSqlProducer.Schemas.GET_SQL_INFO_SCHEMA;
  static final Schema CATALOGS = FlightSqlProducer.Schemas.GET_CATALOGS_SCHEMA;
  static final Schema SCHEMAS = FlightSqlProducer.Schemas.GET_SCHEMAS_SCHEMA;
  static final Schema TABLES = FlightSqlProducer.Schemas.GET_TABLES_SCHEMA;
  static final Schema TABLES_WITHOUT_SCHEMA = FlightSqlProducer.Schemas.GET_TABLES_SCHEMA_NO_SCHEMA;
  static final Schema TABLE_TYPES = FlightSqlProducer.Schemas.GET_TABLE_TYPES_SCHEMA;

  /** Clients take messages of 4 MiB; a table with its 200 columns has some ten KiB. */
  private static final int PIECE = 64;

  private final SqlTables tables;
  private final BufferAllocator allocator;

  Metadata(SqlTables tables, BufferAllocator allocator) {
    this.tables = tables;
    this.allocator = allocator;
  }

  void catalogs(ServerStreamListener listener) {
    send(CATALOGS, rows(List.of(List.of(SqlTables.CATALOG))), listener);
  }

  void schemas(CommandGetDbSchemas command, ServerStreamListener listener) {
    Set<String> schemas = new TreeSet<>();
    if (!command.hasCatalog() || command.getCatalog().equals(SqlTables.CATALOG)) {
      tables.tables().forEach(table -> schemas.add(table.schema()));
    }
    Pattern wanted =
        like(command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : "%");
    send(
        SCHEMAS,
        rows(
            schemas.stream()
                .filter(wanted.asMatchPredicate())
                .map(schema -> List.<Object>of(SqlTables.CATALOG, schema))
                .toList()),
        listener);
  }

  void tables(CommandGetTables command, ServerStreamListener listener) {
    Pattern schema =
        like(command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : "%");
    Pattern name =
        like(command.hasTableNameFilterPattern() ? command.getTableNameFilterPattern() : "%");
    boolean ours = !command.hasCatalog() || command.getCatalog().equals(SqlTables.CATALOG);
    List<List<Object>> found = new ArrayList<>();
    for (SqlTable table : ours ? tables.tables() : List.<SqlTable>of()) {
      if (schema.matcher(table.schema()).matches()
          && name.matcher(table.name()).matches()
          && isWanted(table.kind(), command.getTableTypesList())) {
        List<Object> row =
            new ArrayList<>(
                List.of(SqlTables.CATALOG, table.schema(), table.name(), shown(table.kind())));
        if (command.getIncludeSchema()) {
          row.add(message(ArrowSchemas.of(table.columns())));
        }
        found.add(row);
      }
    }
    send(command.getIncludeSchema() ? TABLES : TABLES_WITHOUT_SCHEMA, rows(found), listener);
  }

  /** The words of ceramic-one, and those that tools use for the same. */
  private static boolean isWanted(SqlTable.Kind kind, List<String> types) {
    Set<String> words =
        types.stream().map(type -> type.toUpperCase(Locale.ROOT)).collect(Collectors.toSet());
    return words.isEmpty()
        || words.contains(kind.name())
        || kind == SqlTable.Kind.BASE && (words.contains("TABLE") || words.contains("BASE TABLE"));
  }

  private static String shown(SqlTable.Kind kind) {
    return switch (kind) {
      case BASE -> "Base";
      case VIEW -> "View";
    };
  }

  void tableTypes(ServerStreamListener listener) {
    send(TABLE_TYPES, rows(List.of(List.of("Base"), List.of("View"))), listener);
  }

  private static List<Object[]> rows(List<? extends List<?>> rows) {
    return rows.stream().map(List::toArray).toList();
  }

  private void send(Schema schema, List<Object[]> rows, ServerStreamListener listener) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      listener.start(root);
      for (int from = 0; from < rows.size(); from += PIECE) {
        Cells.fill(root, rows.subList(from, Math.min(rows.size(), from + PIECE)));
        listener.putNext();
      }
      listener.completed();
    }
  }

  /** A pattern of SQL's LIKE. */
  private static Pattern like(String pattern) {
    StringBuilder expression = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      expression.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(expression.toString(), Pattern.DOTALL);
  }

  /** A schema as the message of an Arrow stream. */
  static byte[] message(Schema schema) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      MessageSerializer.serialize(new WriteChannel(Channels.newChannel(out)), schema);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }
}
