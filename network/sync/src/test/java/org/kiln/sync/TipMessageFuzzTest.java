package org.kiln.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.kiln.api.ipld.CodecException;

/** Messages of strangers: they are read, and come out the same, or are refused. */
class TipMessageFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void messages(FuzzedDataProvider data) throws CodecException {
    TipMessage message;
    try {
      message = TipMessage.decode(data.consumeRemainingAsBytes());
    } catch (CodecException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(TipMessage.decode(message.encode())).isEqualTo(message);
  }
}
