package org.kiln.net.recon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/** Messages from strangers: what is read comes out the same when it is written and read again. */
class MessageFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void messages(FuzzedDataProvider data) throws IOException {
    boolean text = data.consumeBoolean();
    ByteArrayInputStream in = new ByteArrayInputStream(data.consumeRemainingAsBytes());
    MessageLimits limits = text ? MessageLimits.PEERS : MessageLimits.EVENTS;
    MessageReader reader = new MessageReader(in::read, text, limits);
    MessageCodec codec = new MessageCodec(text);
    MessageCodec own = new MessageCodec(text, true);
    try {
      for (Optional<Envelope> next = reader.next(); next.isPresent(); next = reader.next()) {
        if (!(next.get().body() instanceof ReconMessage.TooLarge)) {
          byte[] written = codec.encode(next.get());
          Envelope again =
              new MessageReader(new ByteArrayInputStream(written)::read, text, limits)
                  .next()
                  .orElseThrow();
          assertThat(codec.encode(again)).isEqualTo(written);
          Envelope dense =
              new MessageReader(
                      new ByteArrayInputStream(own.encode(next.get()))::read, text, limits)
                  .next()
                  .orElseThrow();
          assertThat(own.encode(dense)).isEqualTo(own.encode(next.get()));
        }
      }
    } catch (ReconException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
