package org.kiln.flight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.core.sql.SqlParameter;
import org.kiln.core.sql.SqlType;

class HandleTest {
  private static final String SQL = "SELECT data FROM event_states LIMIT $most";

  private final Seal seal = Seal.random();

  @Test
  void shouldGiveBackTheStatementAndItsValues() {
    try (BufferAllocator allocator = new RootAllocator(1 << 20);
        BigIntVector most = new BigIntVector("most", allocator)) {
      most.allocateNew(1);
      most.set(0, 7);
      most.setValueCount(1);
      Handle bound = Handle.of(SQL).with(VectorSchemaRoot.of(most));
      Handle read = Handle.parse(bound.bytes(seal), seal);
      assertThat(read.sql()).isEqualTo(SQL);
      assertThat(read.values(List.of(new SqlParameter("$most", SqlType.Scalar.INT64)), allocator))
          .isEqualTo(Map.of("$most", 7L));
    }
  }

  @Test
  void rejectsAValueThatIsAList() {
    try (BufferAllocator allocator = new RootAllocator(1 << 20);
        ListVector most = ListVector.empty("most", allocator)) {
      most.addOrGetVector(FieldType.nullable(new ArrowType.Int(64, true)));
      most.allocateNew();
      most.startNewValue(0);
      most.endValue(0, 0);
      most.setValueCount(1);
      Handle bound = Handle.of(SQL).with(VectorSchemaRoot.of(most));
      assertThatThrownBy(() -> bound.values(List.of(), allocator))
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageContaining("most")
          .hasMessageContaining("LIST");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 32, 36, 40, 60})
  void rejectsAHandleOfWhichAByteIsAnother(int at) {
    byte[] bytes = Handle.of(SQL).bytes(seal).toByteArray();
    bytes[at] ^= 1;
    assertRefused(ByteString.copyFrom(bytes));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 31, 32, 36, 60})
  void rejectsAHandleThatIsCut(int length) {
    assertRefused(Handle.of(SQL).bytes(seal).substring(0, length));
  }

  @Test
  void rejectsAHandleThatAnotherServerHasGiven() {
    assertRefused(Handle.of(SQL).bytes(Seal.random()));
  }

  @Test
  void rejectsWhatIsWrittenAsAHandleButNotSealed() {
    byte[] sealed = Handle.of(SQL).bytes(seal).toByteArray();
    assertRefused(ByteString.copyFrom(sealed, 32, sealed.length - 32));
    assertRefused(ByteString.copyFrom(SQL, StandardCharsets.UTF_8));
  }

  private void assertRefused(ByteString bytes) {
    assertThatThrownBy(() -> Handle.parse(bytes, seal))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT))
        .hasMessageContaining("ticket or handle");
  }
}
