package org.kiln.flight.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlParameter;
import org.kiln.core.sql.SqlType;

/** Columns and parameters as Arrow describes them. */
final class ArrowSchemas {
  private static final int WIDE = 64;

  private ArrowSchemas() {}

  static Schema of(List<SqlColumn> columns) {
    return new Schema(
        columns.stream()
            .map(column -> field(column.name(), column.type(), column.nullable()))
            .toList());
  }

  /** Declared not null, as ceramic-one does, although NULL is taken. */
  static Schema parameters(List<SqlParameter> parameters) {
    return new Schema(
        parameters.stream()
            .map(parameter -> field(parameter.name(), parameter.type(), false))
            .toList());
  }

  private static Field field(String name, SqlType type, boolean nullable) {
    List<Field> children = new ArrayList<>();
    ArrowType arrow =
        switch (type) {
          case SqlType.Scalar scalar -> of(scalar);
          case SqlType.ListOf list -> {
            children.add(field("item", list.item(), list.nullable()));
            yield ArrowType.List.INSTANCE;
          }
          case SqlType.MapOf map -> {
            List<Field> entry =
                List.of(
                    field(MapVector.KEY_NAME, SqlType.Scalar.TEXT, false),
                    field(MapVector.VALUE_NAME, map.value(), true));
            children.add(
                new Field(
                    MapVector.DATA_VECTOR_NAME,
                    new FieldType(false, ArrowType.Struct.INSTANCE, null),
                    entry));
            yield new ArrowType.Map(false);
          }
        };
    return new Field(name, new FieldType(nullable, arrow, null), children);
  }

  private static ArrowType of(SqlType.Scalar type) {
    return switch (type) {
      case BOOLEAN -> ArrowType.Bool.INSTANCE;
      case INT8 -> new ArrowType.Int(8, true);
      case INT16 -> new ArrowType.Int(16, true);
      case INT32 -> new ArrowType.Int(32, true);
      case INT64 -> new ArrowType.Int(WIDE, true);
      case UINT8 -> new ArrowType.Int(8, false);
      case UINT16 -> new ArrowType.Int(16, false);
      case UINT32 -> new ArrowType.Int(32, false);
      case UINT64 -> new ArrowType.Int(WIDE, false);
      case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case TEXT, JSON_TEXT -> ArrowType.Utf8.INSTANCE;
      case BINARY, JSON_BYTES -> ArrowType.Binary.INSTANCE;
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case TIMESTAMP -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
    };
  }
}
