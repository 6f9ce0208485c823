package org.kiln.libp2p.mplex;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Varint;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.Consuming;
import org.kiln.libp2p.mux.MuxStream;
import org.kiln.libp2p.mux.Muxer;

@Timeout(60)
class MplexTest {
  private static final int MIB = 1 << 20;

  private final List<MuxStream> opened = new ArrayList<>();
  private final List<MuxStream> gone = new ArrayList<>();
  private String closed;

  private final EmbeddedChannel channel = new EmbeddedChannel(new Consuming());
  private final Mplex mplex =
      new Mplex(
          channel,
          new Muxer.Listener() {
            @Override
            public boolean opened(MuxStream stream) {
              return opened.add(stream);
            }

            @Override
            public void gone(MuxStream stream) {
              gone.add(stream);
            }

            @Override
            public void closed(String reason) {
              closed = reason;
            }
          });

  {
    channel.pipeline().addLast(mplex);
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  private void receive(long id, int flag, byte... payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    Varint.write(id << 3 | flag, frame);
    Varint.write(payload.length, frame);
    frame.writeBytes(payload);
    channel.writeInbound(Unpooled.wrappedBuffer(frame.toByteArray()));
  }

  private String sent() {
    channel.runPendingTasks();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      all.writeBytes(ByteBufUtil.getBytes(out));
    }
    return HexFormat.of().formatHex(all.toByteArray());
  }

  @Test
  void shouldTellStreamsOfTheSameNumberApart() throws Exception {
    receive(0, 0, (byte) 'x');
    MuxStream ours = mplex.open(soon());
    assertThat(sent()).isEqualTo("0000");
    receive(0, 2, (byte) 1);
    receive(0, 1, (byte) 2);
    byte[] got = new byte[1];
    opened.get(0).read(got, 0, 1, soon());
    assertThat(got[0]).isEqualTo((byte) 1);
    ours.read(got, 0, 1, soon());
    assertThat(got[0]).isEqualTo((byte) 2);
    opened.get(0).write(new byte[] {7}, 0, 1, soon());
    ours.write(new byte[] {8}, 0, 1, soon());
    assertThat(sent()).isEqualTo("010107" + "020108");
    ours.closeWrite();
    receive(0, 3);
    opened.get(0).reset();
    assertThat(sent()).isEqualTo("0400" + "0500");
    assertThat(gone).containsExactly(ours, opened.get(0));
    assertThat(mplex.streams()).isEmpty();
  }

  @Test
  void shouldStopReadingAConnectionWhileAStreamIsNotRead() throws Exception {
    receive(0, 0);
    receive(1, 0);
    receive(0, 2, new byte[MIB]);
    assertThat(channel.config().isAutoRead()).isTrue();
    receive(0, 2, new byte[1]);
    assertThat(channel.config().isAutoRead()).isFalse();
    byte[] most = new byte[MIB / 2 + 2];
    for (int left = most.length; left > 0; ) {
      left -= opened.get(0).read(most, 0, left, soon());
    }
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void shouldGoOnWhenTheStreamThatStalledItIsReset() {
    receive(0, 0);
    receive(0, 2, new byte[MIB]);
    receive(0, 2, new byte[1]);
    assertThat(channel.config().isAutoRead()).isFalse();
    opened.get(0).reset();
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void shouldRefuseMoreStreamsThanItHasRoomFor() {
    for (int i = 0; i < 130; i++) {
      receive(i, 0);
    }
    assertThat(opened).hasSize(128);
    assertThat(mplex.streams()).hasSize(128);
    assertThat(closed).isNull();
  }

  @Test
  void rejectsMessagesBeyondOneMebibyte() {
    channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex("02" + "81808001")));
    assertThat(closed).contains("A message of");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void rejectsNumbersThatDoNotEnd() {
    channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex("ff".repeat(9))));
    assertThat(closed).contains("nine bytes");
  }

  @Test
  void rejectsAStreamOpenedTwice() {
    receive(4, 0);
    receive(4, 0);
    assertThat(closed).contains("opened twice");
    assertThat(gone).hasSize(1);
  }
}
