package org.kiln.libp2p.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.Consuming;
import org.kiln.libp2p.io.MessageBuffer;

@Timeout(60)
class OutboxTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new Consuming());
  private final Outbox outbox = new Outbox(channel);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void writable(boolean writable) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
  }

  @Test
  void shouldKeepOrderWhateverTheSizes() {
    Random random = new Random(3);
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    for (int i = 0; i < 60; i++) {
      byte[] frame = new byte[1 + random.nextInt(i % 3 == 0 ? 70_000 : 300)];
      random.nextBytes(frame);
      in.writeBytes(frame);
      outbox.put(frame);
      if (i % 7 == 0) {
        channel.runPendingTasks();
      }
    }
    channel.runPendingTasks();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ByteBuf piece; (piece = channel.readOutbound()) != null; piece.release()) {
      assertThat(piece.readableBytes()).isLessThanOrEqualTo(65_519);
      out.writeBytes(ByteBufUtil.getBytes(piece));
    }
    assertThat(out.toByteArray()).isEqualTo(in.toByteArray());
    assertThat(outbox.pending()).isZero();
  }

  @Test
  void shouldKeepRoomForThoseWhoWereLetIn() throws Exception {
    // Hundreds of writers look for room at the same moment, before any of them has put a frame in.
    byte[] frame = new byte[64 * 1024];
    int letIn = 0;
    while (letIn < 300) {
      try {
        outbox.reserve(frame.length, Deadline.in(Duration.ofMillis(1)));
        letIn++;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("the peer to read");
        break;
      }
    }
    assertThat(letIn).isEqualTo(16);
    for (int i = 0; i < letIn; i++) {
      outbox.put(frame);
      outbox.release(frame.length);
    }
    assertThat(channel.isOpen()).isTrue();
    assertThat(outbox.pending()).isEqualTo(1 << 20);
    channel.runPendingTasks();
    outbox.reserve(frame.length, Deadline.in(Duration.ofSeconds(10)));
  }

  @Test
  void shouldReleaseWhatIsSentAndWhatIsDropped() {
    MessageBuffer whole = MessageBuffer.take();
    MessageBuffer part = MessageBuffer.take();
    MessageBuffer dropped = MessageBuffer.take();
    MessageBuffer late = MessageBuffer.take();
    outbox.put(whole.writeZero(65_519));
    outbox.put(part.writeZero(300));
    channel.runPendingTasks();
    assertThat(whole.refCnt()).isZero();
    assertThat(part.refCnt()).isZero();
    writable(false);
    outbox.put(dropped.writeZero(65_519));
    channel.runPendingTasks();
    assertThat(dropped.refCnt()).isEqualTo(1);
    outbox.close();
    assertThat(dropped.refCnt()).isZero();
    outbox.put(late.writeZero(65_519));
    assertThat(late.refCnt()).isZero();
  }

  @Test
  void shouldHoldWritersBackUntilThereIsRoom() throws Exception {
    Deadline moment = Deadline.in(Duration.ofMillis(30));
    writable(false);
    outbox.put(new byte[1 << 20]);
    channel.runPendingTasks();
    assertThat(outbox.pending()).isEqualTo(1 << 20);
    assertThatThrownBy(() -> outbox.reserve(1, moment)).hasMessageContaining("the peer to read");
    writable(true);
    outbox.resume();
    assertThat(outbox.pending()).isZero();
    outbox.reserve(1, Deadline.in(Duration.ofSeconds(10)));
  }

  @Test
  void shouldGiveUpAConnectionThatTakesNothing() {
    writable(false);
    for (int i = 0; i < 4; i++) {
      outbox.put(new byte[1 << 20]);
      channel.runPendingTasks();
    }
    assertThat(channel.isOpen()).isTrue();
    outbox.put(new byte[12]);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void rejectsWritersWhenClosed() {
    outbox.close();
    outbox.put(new byte[10]);
    assertThat(outbox.pending()).isZero();
    assertThatThrownBy(() -> outbox.reserve(1, Deadline.in(Duration.ofSeconds(10))))
        .hasMessageContaining("closed");
  }
}
