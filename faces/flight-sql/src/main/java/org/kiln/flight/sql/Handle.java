package org.kiln.flight.sql;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.kiln.core.sql.SqlParameter;

/**
 * What clients hold between calls: a statement, and the values bound to it as an Arrow stream. All
 * of it is in the handle, so nothing has to be kept. It is sealed: what is read here, this node has
 * written.
 *
 * @param sql the statement
 * @param values of the parameters; empty when none are bound
 */
record Handle(String sql, byte[] values) {
  private static final byte FORM = 1;
  private static final int HEAD = 5;
  private static final int MOST_BYTES = 1 << 20;

  static Handle of(String sql) {
    return new Handle(sql, new byte[0]);
  }

  /**
   * Reads one.
   *
   * @throws FlightRuntimeException INVALID_ARGUMENT when its seal is another
   */
  static Handle parse(ByteString bytes, Seal seal) {
    byte[] all = seal.opened(bytes.toByteArray()).orElseThrow(Handle::unknown);
    if (all.length < HEAD || all[0] != FORM) {
      throw unknown();
    }
    int length = ByteBuffer.wrap(all, 1, 4).getInt();
    if (length < 0 || length > all.length - HEAD) {
      throw unknown();
    }
    return new Handle(
        new String(all, HEAD, length, StandardCharsets.UTF_8),
        Arrays.copyOfRange(all, HEAD + length, all.length));
  }

  private static RuntimeException unknown() {
    return CallStatus.INVALID_ARGUMENT
        .withDescription(
            "The ticket or handle is none that this node has given since it began to answer SQL;"
                + " ask for the columns, or prepare the statement, once more")
        .toRuntimeException();
  }

  ByteString bytes(Seal seal) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(HEAD + text.length + values.length);
    all.put(FORM).putInt(text.length).put(text).put(values);
    return ByteString.copyFrom(seal.on(all.array()));
  }

  /** The same with the values of the only row of a root. */
  Handle with(VectorSchemaRoot root) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowStreamWriter writer = new ArrowStreamWriter(root, null, Channels.newChannel(out))) {
      writer.start();
      writer.writeBatch();
      writer.end();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    if (out.size() > MOST_BYTES) {
      throw CallStatus.RESOURCE_EXHAUSTED
          .withDescription(
              "The parameters take " + out.size() + " bytes; " + MOST_BYTES + " may be")
          .toRuntimeException();
    }
    return new Handle(sql, out.toByteArray());
  }

  /**
   * The values by the names of the parameters. Columns are matched by name, with or without the
   * dollar; those of clients that name none by their order.
   */
  Map<String, Object> values(List<SqlParameter> parameters, BufferAllocator allocator) {
    if (values.length == 0) {
      return Map.of();
    }
    Map<String, Object> sent = new LinkedHashMap<>();
    try (ArrowStreamReader reader =
        new ArrowStreamReader(new ByteArrayInputStream(values), allocator)) {
      if (reader.loadNextBatch()) {
        int at = 0;
        for (FieldVector vector : reader.getVectorSchemaRoot().getFieldVectors()) {
          sent.put(at++ + ":" + vector.getName(), Cells.first(vector));
        }
      }
    } catch (FlightRuntimeException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unknown();
    }
    return named(parameters, sent);
  }

  private static Map<String, Object> named(
      List<SqlParameter> parameters, Map<String, Object> sent) {
    Map<String, Object> byName = new HashMap<>();
    sent.forEach(
        (place, value) -> {
          String name = place.substring(place.indexOf(':') + 1);
          byName.put(name.startsWith("$") ? name : "$" + name, value);
        });
    if (parameters.stream().anyMatch(parameter -> byName.containsKey(parameter.name()))
        || sent.size() != parameters.size()) {
      return byName;
    }
    Map<String, Object> byOrder = new HashMap<>();
    List<Object> given = new ArrayList<>(sent.values());
    List<String> names =
        parameters.stream().map(SqlParameter::name).sorted(Handle::compare).toList();
    for (int i = 0; i < names.size(); i++) {
      byOrder.put(names.get(i), given.get(i));
    }
    return byOrder;
  }

  /** $2 before $10. */
  private static int compare(String one, String other) {
    return one.length() != other.length()
        ? Integer.compare(one.length(), other.length())
        : one.compareTo(other);
  }
}
