package org.kiln.net.kad;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.kiln.core.protobuf.ProtobufException;

/** Messages from strangers: read or refused, and what was read is written and read the same. */
class KadMessageFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void message(FuzzedDataProvider data) throws ProtobufException {
    KadMessage message;
    try {
      message = KadMessage.decode(data.consumeRemainingAsBytes());
    } catch (ProtobufException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    KadMessage again = KadMessage.decode(message.encode());
    assertThat(again.closer()).isEqualTo(message.closer());
    assertThat(again.providers()).isEqualTo(message.providers());
    assertThat(again.key()).isEqualTo(message.key());
  }
}
