package org.kiln.tables;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlType.Scalar;

/**
 * The columns that a model's JSON Schema makes of its documents: one a property, by name. What no
 * column can be made of is in the whole content, which is a column too.
 */
final class ModelColumns {
  /** So many properties of a model have columns. */
  static final int MOST = 200;

  /** Of all columns of a model; the engine holds every view, and a peer can send models. */
  static final int CHARACTERS = 16_384;

  /** Longer names are nobody's to write. */
  static final int LONGEST = 128;

  private static final int REFERENCES = 8;

  private ModelColumns() {}

  /**
   * A column.
   *
   * @param column as it is shown
   * @param expression that gives it from the column {@code data}
   */
  record Column(SqlColumn column, String expression) {}

  /**
   * The columns.
   *
   * @param schema of the model
   * @param taken names of other columns, in lower case
   */
  static List<Column> of(Ipld.Map schema, Set<String> taken) {
    Set<String> names = new HashSet<>(taken);
    List<Column> columns = new ArrayList<>();
    if (!(schema.entries().get("properties") instanceof Ipld.Map properties)) {
      return columns;
    }
    int characters = 0;
    for (Map.Entry<String, Ipld> one : new TreeMap<>(properties.entries()).entrySet()) {
      String property = one.getKey();
      if (!isLegal(property) || Slashes.isSlashes(property)) {
        continue;
      }
      Scalar type = type(schema, one.getValue());
      String expression = expression(property, type);
      characters += property.length() + expression.length();
      if (columns.size() == MOST || characters > CHARACTERS) {
        break;
      }
      SqlColumn column = new SqlColumn(free(property, names), type, true);
      columns.add(new Column(column, expression));
    }
    return columns;
  }

  /** Whether it can be a name. The engine takes a star for all fields, however it is quoted. */
  static boolean isLegal(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST
        && !name.equals("*")
        && name.chars().noneMatch(Character::isISOControl);
  }

  /** The engine does not tell upper from lower case. */
  private static String free(String property, Set<String> names) {
    String name = property;
    for (int i = 2; !names.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = property + "_" + i;
    }
    return name;
  }

  private static Scalar type(Ipld.Map schema, Ipld described) {
    Ipld at = described;
    for (int i = 0; i < REFERENCES && at instanceof Ipld.Map map; i++) {
      Optional<String> reference = map.text("$ref");
      if (reference.isEmpty()) {
        return named(map.entries().get("type"));
      }
      at = referred(schema, reference.get());
    }
    return Scalar.TEXT;
  }

  private static Ipld referred(Ipld.Map schema, String reference) {
    String[] parts = reference.split("/");
    return parts.length == 3
            && parts[0].equals("#")
            && schema.entries().get(parts[1]) instanceof Ipld.Map definitions
        ? definitions.entries().get(parts[2])
        : null;
  }

  private static Scalar named(Ipld type) {
    if (type instanceof Ipld.List several) {
      List<Ipld> others =
          several.items().stream().filter(one -> !one.equals(Ipld.of("null"))).toList();
      return others.size() == 1 ? named(others.get(0)) : Scalar.TEXT;
    }
    return switch (type instanceof Ipld.Text text ? text.value() : "") {
      case "integer" -> Scalar.INT64;
      case "number" -> Scalar.FLOAT64;
      case "boolean" -> Scalar.BOOLEAN;
      default -> Scalar.TEXT;
    };
  }

  /** Text of what is none is its JSON; numbers that are out of range are missing. */
  private static String expression(String property, Scalar type) {
    String key = property.replace("\\", "\\\\").replace("\"", "\\\"");
    String text = "(data->>" + text("$.content.\"" + key + "\"") + ")";
    return switch (type) {
      case INT64 -> "TRY_CAST(" + text + " AS BIGINT)";
      case FLOAT64 -> "TRY_CAST(" + text + " AS DOUBLE)";
      case BOOLEAN -> "TRY_CAST(" + text + " AS BOOLEAN)";
      default -> text;
    };
  }

  /** A text of SQL. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** A name of SQL. */
  static String name(String value) {
    return "\"" + value.replace("\"", "\"\"") + "\"";
  }
}
