package org.kiln.net.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Random;
import org.kiln.api.net.PeerId;

/** Frames from strangers: a router takes them or they are refused; nothing else gets out. */
class RpcFuzzTest {
  @FuzzTest(maxDuration = "20s")
  void frames(FuzzedDataProvider data) throws IOException {
    PeerId peer = FakeKeys.peer(1);
    Router router = new Router(FakeKeys.peer(0), Parameters.DEFAULT, () -> 1_000, new Random(1));
    OutboundQueue queue = new OutboundQueue();
    router.arrived(peer, true, false, null, queue);
    router.subscribe("t");
    while (data.remainingBytes() > 0) {
      Rpc rpc;
      try {
        rpc = RpcDecoder.decode(data.consumeBytes(data.consumeInt(1, 512)));
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
        continue;
      }
      for (Message message : router.receive(peer, rpc)) {
        // As if the signature held: what was read must come out the same when it is passed on.
        if (router.claim(message)) {
          router.forward(peer, message);
        }
        assertThat(message.id()).isEqualTo(MessageIds.canonical(message.id()));
      }
      router.heartbeat();
    }
    for (byte[] frame = queue.poll(); frame != null; frame = queue.poll()) {
      RpcDecoder.decode(frame);
    }
  }
}
