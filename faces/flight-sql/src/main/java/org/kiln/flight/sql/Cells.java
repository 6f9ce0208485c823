package org.kiln.flight.sql;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/** Writes values into vectors, and reads parameters out of them. */
final class Cells {
  private Cells() {}

  /** Fills the root with rows, whatever was in it. */
  static void fill(VectorSchemaRoot root, List<Object[]> rows) {
    root.clear();
    for (int column = 0; column < root.getFieldVectors().size(); column++) {
      FieldVector vector = root.getVector(column);
      vector.setInitialCapacity(rows.size());
      vector.allocateNew();
      for (int row = 0; row < rows.size(); row++) {
        set(vector, row, rows.get(row)[column]);
      }
    }
    root.setRowCount(rows.size());
  }

  private static void set(FieldVector vector, int row, Object value) {
    if (value == null) {
      vector.setNull(row);
      return;
    }
    switch (vector) {
      case BitVector bits -> bits.setSafe(row, (Boolean) value ? 1 : 0);
      case TinyIntVector ints -> ints.setSafe(row, number(value).intValue());
      case SmallIntVector ints -> ints.setSafe(row, number(value).intValue());
      case IntVector ints -> ints.setSafe(row, number(value).intValue());
      case BigIntVector ints -> ints.setSafe(row, number(value).longValue());
      case UInt1Vector ints -> ints.setSafe(row, number(value).intValue());
      case UInt2Vector ints -> ints.setSafe(row, (char) number(value).intValue());
      case UInt4Vector ints -> ints.setSafe(row, number(value).intValue());
      case UInt8Vector ints -> ints.setSafe(row, number(value).longValue());
      case Float4Vector floats -> floats.setSafe(row, number(value).floatValue());
      case Float8Vector floats -> floats.setSafe(row, number(value).doubleValue());
      case VarCharVector texts -> texts.setSafe(row, utf8(value));
      case VarBinaryVector bytes -> bytes.setSafe(row, (byte[]) value);
      case DateDayVector days -> days.setSafe(row, number(value).intValue());
      case TimeStampMicroVector times -> times.setSafe(row, number(value).longValue());
      case MapVector map -> entries(map, row, (Map<?, ?>) value);
      case ListVector list -> items(list, row, (List<?>) value);
      default -> throw new IllegalStateException("No values for " + vector.getField());
    }
  }

  private static Number number(Object value) {
    return (Number) value;
  }

  private static byte[] utf8(Object text) {
    return ((String) text).getBytes(StandardCharsets.UTF_8);
  }

  private static void items(ListVector list, int row, List<?> values) {
    int begin = list.startNewValue(row);
    FieldVector items = list.getDataVector();
    for (int i = 0; i < values.size(); i++) {
      set(items, begin + i, values.get(i));
    }
    list.endValue(row, values.size());
    items.setValueCount(begin + values.size());
  }

  private static void entries(MapVector map, int row, Map<?, ?> values) {
    int begin = map.startNewValue(row);
    StructVector entries = (StructVector) map.getDataVector();
    FieldVector keys = entries.getChild(MapVector.KEY_NAME, FieldVector.class);
    FieldVector contents = entries.getChild(MapVector.VALUE_NAME, FieldVector.class);
    int at = begin;
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      entries.setIndexDefined(at);
      set(keys, at, entry.getKey());
      set(contents, at, entry.getValue());
      at++;
    }
    map.endValue(row, values.size());
    entries.setValueCount(at);
  }

  /** The value of a parameter in the first row, in the form that the tables take. */
  static Object first(FieldVector vector) {
    if (vector.isNull(0)) {
      return null;
    }
    return switch (vector) {
      case BitVector bits -> bits.get(0) == 1;
      case UInt1Vector ints -> Long.valueOf(ints.get(0) & 0xff);
      case UInt4Vector ints -> Integer.toUnsignedLong(ints.get(0));
      case BaseIntVector ints -> ints.getValueAsLong(0);
      case Float4Vector floats -> Double.valueOf(floats.get(0));
      case Float8Vector floats -> Double.valueOf(floats.get(0));
      case VarCharVector texts -> new String(texts.get(0), StandardCharsets.UTF_8);
      case VarBinaryVector bytes -> bytes.get(0);
      case DateDayVector days -> Long.valueOf(days.get(0));
      case TimeStampMicroVector times -> Long.valueOf(times.get(0));
      // A list of nothing says how long it is, and takes that much here.
      default ->
          throw Refusals.invalid(
              "The value of "
                  + vector.getName()
                  + " is of the Arrow type "
                  + vector.getMinorType()
                  + "; numbers, text, bytes, dates and times are bound");
    };
  }
}
