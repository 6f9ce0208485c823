package org.kiln.tables;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlType;
import org.kiln.core.sql.SqlType.Scalar;

/** The engine's types and values as those of the contract, and back. */
final class EngineTypes {
  private static final String MAP = "MAP(VARCHAR, ";

  private EngineTypes() {}

  /** The type of a column of that name. */
  static SqlType column(String name, String type) throws SqlRefusal {
    if (type.equals("JSON")) {
      // The column data is bytes there; of what is taken out of it text is made.
      return name.equals("data") || name.equals("patch") ? Scalar.JSON_BYTES : Scalar.JSON_TEXT;
    }
    return of(type);
  }

  /** The type of a parameter; text when the engine cannot tell. */
  static SqlType parameter(String type) {
    try {
      SqlType known = of(type);
      return known == Scalar.JSON_TEXT ? Scalar.TEXT : known;
    } catch (SqlRefusal e) {
      return Scalar.TEXT;
    }
  }

  private static SqlType of(String type) throws SqlRefusal {
    if (type.endsWith("[]")) {
      return new SqlType.ListOf(of(type.substring(0, type.length() - 2)), true);
    }
    if (type.startsWith(MAP) && type.endsWith(")")) {
      return new SqlType.MapOf(of(type.substring(MAP.length(), type.length() - 1)));
    }
    if (type.startsWith("DECIMAL")) {
      return Scalar.FLOAT64;
    }
    return switch (type) {
      case "BOOLEAN" -> Scalar.BOOLEAN;
      case "TINYINT" -> Scalar.INT8;
      case "SMALLINT" -> Scalar.INT16;
      case "INTEGER" -> Scalar.INT32;
      // Sums are HUGEINT; what does not fit is refused when it comes.
      case "BIGINT", "HUGEINT" -> Scalar.INT64;
      case "UTINYINT" -> Scalar.UINT8;
      case "USMALLINT" -> Scalar.UINT16;
      case "UINTEGER" -> Scalar.UINT32;
      case "UBIGINT", "UHUGEINT" -> Scalar.UINT64;
      case "FLOAT" -> Scalar.FLOAT32;
      case "DOUBLE" -> Scalar.FLOAT64;
      case "VARCHAR", "UUID", "\"NULL\"", "NULL" -> Scalar.TEXT;
      case "JSON" -> Scalar.JSON_TEXT;
      case "BLOB" -> Scalar.BINARY;
      case "DATE" -> Scalar.DATE;
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE" ->
          Scalar.TIMESTAMP;
      default ->
          throw new SqlRefusal(
              Reason.INVALID,
              type.equals("UNKNOWN")
                  ? "The type of a parameter cannot be told; cast it, as in $x::VARCHAR"
                  : "A column is of the type " + type + "; cast it to one that Arrow has");
    };
  }

  /** Binds a value; null is NULL. */
  static void bind(PreparedStatement statement, int at, SqlType type, Object value, String name)
      throws SQLException, SqlRefusal {
    switch (value) {
      case null -> statement.setNull(at, Types.NULL);
      case byte[] bytes when type == Scalar.BINARY -> statement.setBytes(at, bytes);
      case String text when type == Scalar.TEXT -> statement.setString(at, text);
      case Boolean bool when type == Scalar.BOOLEAN -> statement.setBoolean(at, bool);
      case Double number when type == Scalar.FLOAT64 || type == Scalar.FLOAT32 ->
          statement.setDouble(at, number);
      case Long number when type == Scalar.UINT64 && number < 0 ->
          statement.setBigDecimal(at, new BigDecimal(Long.toUnsignedString(number)));
      case Long number when type == Scalar.DATE ->
          statement.setObject(at, LocalDate.ofEpochDay(number));
      case Long number when type == Scalar.TIMESTAMP ->
          statement.setObject(
              at,
              LocalDateTime.ofInstant(
                  Instant.EPOCH.plus(number, ChronoUnit.MICROS), ZoneOffset.UTC));
      case Long number when isNumber(type) -> statement.setLong(at, number);
      default ->
          throw new SqlRefusal(
              Reason.INVALID, "The value of " + name + " is not of the type " + type);
    }
  }

  private static boolean isNumber(SqlType type) {
    return type instanceof Scalar scalar
        && switch (scalar) {
          case BOOLEAN, TEXT, BINARY, JSON_TEXT, JSON_BYTES, DATE, TIMESTAMP -> false;
          default -> true;
        };
  }

  /** The value of a column. */
  static Object read(ResultSet row, int at, SqlType type) throws SQLException, SqlRefusal {
    if (type == Scalar.JSON_BYTES) {
      return utf8(row.getString(at));
    }
    if (type == Scalar.BINARY) {
      Object found = row.getObject(at);
      return found instanceof Blob ? value(found, type) : utf8(row.getString(at));
    }
    if (type == Scalar.TEXT || type == Scalar.JSON_TEXT) {
      return row.getString(at);
    }
    return value(row.getObject(at), type);
  }

  private static byte[] utf8(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static Object value(Object found, SqlType type) throws SQLException, SqlRefusal {
    return switch (found) {
      case null -> null;
      case Boolean bool -> bool;
      case BigInteger number -> whole(number, type);
      case Float number -> number.doubleValue();
      case Double number -> number;
      case BigDecimal number -> number.doubleValue();
      case Number number -> number.longValue();
      case LocalDate date -> date.toEpochDay();
      case Timestamp time -> micros(time.toLocalDateTime().toInstant(ZoneOffset.UTC));
      case LocalDateTime time -> micros(time.toInstant(ZoneOffset.UTC));
      case OffsetDateTime time -> micros(time.toInstant());
      case Blob blob -> blob.getBytes(1, (int) blob.length());
      case Array array -> list(array, type);
      case Map<?, ?> map -> map(map, type);
      default -> type == Scalar.BINARY ? utf8(found.toString()) : found.toString();
    };
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static Long whole(BigInteger number, SqlType type) throws SqlRefusal {
    int most = type == Scalar.UINT64 ? 64 : 63;
    if (number.bitLength() > most || type == Scalar.UINT64 && number.signum() < 0) {
      throw new SqlRefusal(
          Reason.INVALID, number + " does not fit into 64 bits; cast it to DOUBLE or VARCHAR");
    }
    return number.longValue();
  }

  private static List<Object> list(Array array, SqlType type) throws SQLException, SqlRefusal {
    SqlType item = type instanceof SqlType.ListOf list ? list.item() : Scalar.TEXT;
    List<Object> values = new ArrayList<>();
    for (Object one : (Object[]) array.getArray()) {
      values.add(value(one, item));
    }
    return values;
  }

  private static Map<String, Object> map(Map<?, ?> map, SqlType type)
      throws SQLException, SqlRefusal {
    SqlType inner = type instanceof SqlType.MapOf of ? of.value() : Scalar.TEXT;
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      values.put(String.valueOf(entry.getKey()), value(entry.getValue(), inner));
    }
    return values;
  }
}
