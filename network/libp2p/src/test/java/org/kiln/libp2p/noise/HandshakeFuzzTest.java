package org.kiln.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.libp2p.Pipe;
import org.kiln.libp2p.identify.IdentifyMessage;
import org.kiln.libp2p.identify.PeerRecord;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.key.PublicKey;
import org.kiln.libp2p.multistream.Multistream;

/** What peers say before and just after they have proven who they are. */
class HandshakeFuzzTest {
  private final Noise noise = new Noise(HostKey.random(), List.of("/y"));

  private interface Decoder {
    void run(byte[] bytes) throws IOException;
  }

  private static void refusedOrRead(byte[] bytes, Decoder decoder) {
    try {
      decoder.run(bytes);
    } catch (ProtobufException e) {
      assertThat(e.getMessage()).isNotBlank();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @FuzzTest(maxDuration = "20s")
  void payloads(FuzzedDataProvider data) {
    refusedOrRead(data.consumeRemainingAsBytes(), NoisePayload::decode);
  }

  @FuzzTest(maxDuration = "20s")
  void keys(FuzzedDataProvider data) {
    refusedOrRead(
        data.consumeRemainingAsBytes(),
        bytes -> {
          PublicKey key = PublicKey.decode(bytes);
          assertThat(key.encode()).isEqualTo(bytes);
          assertThat(key.verify(new byte[1], new byte[64])).isFalse();
        });
  }

  @FuzzTest(maxDuration = "20s")
  void identities(FuzzedDataProvider data) {
    refusedOrRead(
        data.consumeRemainingAsBytes(),
        bytes -> {
          IdentifyMessage message = IdentifyMessage.decode(bytes);
          assertThat(IdentifyMessage.decode(message.encode()).listen()).isEqualTo(message.listen());
        });
  }

  @FuzzTest(maxDuration = "20s")
  void records(FuzzedDataProvider data) {
    refusedOrRead(data.consumeRemainingAsBytes(), PeerRecord::open);
  }

  private static Pipe saying(FuzzedDataProvider data) throws IOException {
    Pipe pipe = new Pipe();
    byte[] said = data.consumeRemainingAsBytes();
    pipe.left().write(said, 0, said.length, Deadline.NONE);
    pipe.endToRight();
    return pipe;
  }

  @FuzzTest(maxDuration = "20s")
  void handshakes(FuzzedDataProvider data) {
    boolean initiator = data.consumeBoolean();
    try {
      noise.handshake(saying(data).right(), initiator, null, Deadline.in(Duration.ofSeconds(5)));
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "20s")
  void negotiations(FuzzedDataProvider data) {
    boolean propose = data.consumeBoolean();
    try {
      Pipe pipe = saying(data);
      Deadline deadline = Deadline.in(Duration.ofSeconds(5));
      if (propose) {
        Multistream.propose(pipe.right(), List.of("/a", "/b"), deadline);
      } else {
        Multistream.answer(pipe.right(), id -> id.equals("/a") ? id : null, deadline);
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
