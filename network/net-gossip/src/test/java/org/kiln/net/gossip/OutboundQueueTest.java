package org.kiln.net.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {
  private final OutboundQueue queue = new OutboundQueue();

  private static Message message(int size) {
    return new Message(
        new byte[38], new byte[size], new byte[8], "t", new byte[64], null, new byte[0]);
  }

  private List<Rpc> all() throws Exception {
    List<Rpc> frames = new ArrayList<>();
    for (byte[] frame = queue.poll(); frame != null; frame = queue.poll()) {
      assertThat(frame.length).isLessThanOrEqualTo(RpcDecoder.MAX_FRAME);
      frames.add(RpcDecoder.decode(frame));
    }
    return frames;
  }

  @Test
  void shouldDropGossipFirstThenMessagesAndNeverControl() throws Exception {
    queue.subscription("t", true);
    queue.graft("t");
    queue.have("t", List.of("id"));
    for (int i = 0; i < 64; i++) {
      assertThat(queue.message(message(100))).isTrue();
    }
    assertThat(queue.message(message(100))).isFalse();
    assertThat(queue.dropped()).isEqualTo(2);
    List<Rpc> frames = all();
    assertThat(frames.get(0).subscriptions()).hasSize(1);
    assertThat(frames.get(0).grafts()).containsExactly("t");
    assertThat(frames).allSatisfy(rpc -> assertThat(rpc.haves()).isEmpty());
    assertThat(frames.stream().mapToInt(rpc -> rpc.messages().size()).sum()).isEqualTo(64);
  }

  @Test
  void shouldBoundTheBytesOfAPeerThatDoesNotRead() throws Exception {
    int taken = 0;
    for (int i = 0; i < 1_000; i++) {
      taken += queue.message(message(60_000)) ? 1 : 0;
      queue.have("t", Collections.nCopies(1_000, "an id of some bytes" + i));
      queue.graft("t");
      queue.prune("t", 60);
      queue.subscription("t", i % 2 == 0);
    }
    assertThat(taken).isBetween(1, 20);
    List<Rpc> frames = all();
    int ids =
        frames.stream()
            .flatMap(rpc -> rpc.haves().stream())
            .mapToInt(have -> have.ids().size())
            .sum();
    assertThat(ids).isLessThanOrEqualTo(14_000);
    assertThat(frames.stream().mapToInt(rpc -> rpc.prunes().size()).sum()).isEqualTo(1);
    assertThat(frames.stream().mapToInt(rpc -> rpc.grafts().size()).sum()).isZero();
    assertThat(frames.stream().mapToInt(rpc -> rpc.subscriptions().size()).sum()).isEqualTo(1);
  }

  @Test
  void shouldSplitWhatIsTooMuchForAFrame() throws Exception {
    for (int i = 0; i < 250; i++) {
      queue.subscription("topic " + i, true);
    }
    queue.message(message(900_000));
    queue.message(message(100));
    List<Rpc> frames = all();
    assertThat(frames).allSatisfy(rpc -> assertThat(rpc.subscriptions()).hasSizeBetween(0, 100));
    assertThat(frames.stream().mapToInt(rpc -> rpc.subscriptions().size()).sum()).isEqualTo(250);
    assertThat(frames.stream().mapToInt(rpc -> rpc.messages().size()).sum()).isEqualTo(2);
  }

  @Test
  void shouldTakeNothingOnceClosed() {
    queue.close();
    assertThat(queue.message(message(1))).isFalse();
    queue.graft("t");
    queue.have("t", List.of("id"));
    queue.subscription("t", true);
    assertThat(queue.poll()).isNull();
  }
}
