package org.kiln.net.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.kiln.core.protobuf.ProtobufException;

/** Messages from strangers: read or refused, and what was read is written and read the same. */
class BitswapMessageFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void message(FuzzedDataProvider data) throws ProtobufException {
    BitswapMessage message;
    try {
      message = BitswapMessage.decode(data.consumeRemainingAsBytes());
    } catch (ProtobufException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    message.blocks().forEach(block -> block.prefix().cid(block.data()));
    BitswapMessage again = BitswapMessage.decode(message.encode(ProtocolVersion.V1_2));
    assertThat(again.wants()).isEqualTo(message.wants());
    assertThat(again.presences()).isEqualTo(message.presences());
    assertThat(again.blocks())
        .extracting(block -> block.prefix())
        .isEqualTo(message.blocks().stream().map(BitswapMessage.Payload::prefix).toList());
  }
}
