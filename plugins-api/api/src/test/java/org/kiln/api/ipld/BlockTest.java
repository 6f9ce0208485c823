package org.kiln.api.ipld;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockTest {
  private static final byte[] BYTES = {(byte) 0x82, 1, 2};
  private static final Cid CID = Cid.sha256(Cid.DAG_CBOR, BYTES);

  /** A way to make a block of an array. */
  private interface Making {
    Block of(byte[] data);
  }

  static Stream<Making> makings() {
    return Stream.of(data -> new Block(CID, data), data -> Block.of(Cid.DAG_CBOR, data));
  }

  @ParameterizedTest
  @MethodSource("makings")
  void shouldStayWhenTheArrayThatWasGivenChanges(Making making) {
    byte[] given = BYTES.clone();
    Block block = making.of(given);
    Arrays.fill(given, (byte) 0);
    assertThat(block.data()).isEqualTo(BYTES);
    assertThat(block.verified()).isTrue();
    assertThat(block.cid()).isEqualTo(CID);
  }

  @ParameterizedTest
  @MethodSource("makings")
  void shouldStayWhenAnArrayThatWasGotChanges(Making making) {
    Block block = making.of(BYTES);
    Arrays.fill(block.data(), (byte) 0);
    Arrays.fill(block.as(CID).data(), (byte) 0);
    assertThat(block.data()).isEqualTo(BYTES);
    assertThat(block.verified()).isTrue();
  }

  @Test
  void shouldWriteItsBytesWithoutHandingThemOut() {
    Block block = Block.wrap(CID, BYTES.clone());
    ByteBuffer buffer = ByteBuffer.allocate(block.size());
    block.writeTo(buffer);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    block.writeTo(stream);
    assertThat(buffer.array()).isEqualTo(BYTES);
    assertThat(stream.toByteArray()).isEqualTo(BYTES);
  }

  @Test
  void shouldBeVerifiedByTheCidItIsKnownBy() {
    Block block = new Block(CID, BYTES);
    assertThat(block.as(Cid.sha256(Cid.RAW, BYTES)).verified()).isTrue();
    assertThat(block.as(Cid.sha256(Cid.RAW, new byte[1])).verified()).isFalse();
    assertThat(block.verified()).isTrue();
    assertThat(block.as(Cid.sha256(Cid.RAW, new byte[1])).verified()).isFalse();
    Block other = new Block(CID, new byte[1]);
    assertThat(other.verified()).isFalse();
    assertThat(other.verified()).isFalse();
    assertThat(block).isEqualTo(new Block(CID, BYTES)).isNotEqualTo(new Block(CID, new byte[3]));
  }
}
