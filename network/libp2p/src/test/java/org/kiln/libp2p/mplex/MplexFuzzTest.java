package org.kiln.libp2p.mplex;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.HashSet;
import java.util.Set;
import org.kiln.libp2p.Consuming;
import org.kiln.libp2p.mux.MuxStream;
import org.kiln.libp2p.mux.Muxer;

/** Frames from strangers: no exception gets out, and every stream that began also ends. */
class MplexFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void frames(FuzzedDataProvider data) {
    Set<MuxStream> alive = new HashSet<>();
    Muxer.Listener listener =
        new Muxer.Listener() {
          @Override
          public boolean opened(MuxStream stream) {
            return alive.size() < 16 && alive.add(stream);
          }

          @Override
          public void gone(MuxStream stream) {
            assertThat(alive.remove(stream)).isTrue();
          }

          @Override
          public void closed(String reason) {
            assertThat(reason).isNotBlank();
          }
        };
    EmbeddedChannel channel = new EmbeddedChannel(new Consuming());
    channel.pipeline().addLast(new Mplex(channel, listener));
    while (data.remainingBytes() > 0 && channel.isOpen()) {
      byte[] piece = data.consumeBytes(data.consumeInt(1, 64));
      channel.writeInbound(Unpooled.wrappedBuffer(piece));
      channel.runPendingTasks();
    }
    channel.finishAndReleaseAll();
    assertThat(alive).isEmpty();
  }
}
