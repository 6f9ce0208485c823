package org.kiln.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.Consuming;
import org.kiln.libp2p.mux.MuxStream;
import org.kiln.libp2p.mux.Muxer;

/** Frame by frame: we are the server, so the peer's streams have odd numbers. */
@Timeout(60)
class YamuxTest {
  private static final int WINDOW = 256 * 1024;

  private final List<MuxStream> opened = new ArrayList<>();
  private final List<MuxStream> gone = new ArrayList<>();
  private int maxStreams = 256;
  private String closed;

  private final EmbeddedChannel channel = new EmbeddedChannel(new Consuming());
  private final Yamux yamux =
      new Yamux(
          channel,
          false,
          new Muxer.Listener() {
            @Override
            public boolean opened(MuxStream stream) {
              return opened.size() < maxStreams && opened.add(stream);
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
    channel.pipeline().addLast(yamux);
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  private void receive(int type, int flags, int stream, long length, byte... payload) {
    byte[] frame = new byte[YamuxFrame.HEADER + payload.length];
    new YamuxFrame(type, flags, stream, (int) length).write(frame, 0);
    System.arraycopy(payload, 0, frame, YamuxFrame.HEADER, payload.length);
    channel.writeInbound(Unpooled.wrappedBuffer(frame));
  }

  private List<YamuxFrame> sent() {
    channel.runPendingTasks();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      all.writeBytes(ByteBufUtil.getBytes(out));
    }
    byte[] bytes = all.toByteArray();
    List<YamuxFrame> frames = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      try {
        YamuxFrame frame = YamuxFrame.decode(Arrays.copyOfRange(bytes, at, at + 12));
        frames.add(frame);
        at += 12 + (frame.type() == YamuxFrame.DATA ? frame.length() : 0);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return frames;
  }

  private static YamuxFrame update(int flags, int stream, int delta) {
    return new YamuxFrame(YamuxFrame.WINDOW_UPDATE, flags, stream, delta);
  }

  private void assertBroken(String why) {
    assertThat(closed).contains(why);
    assertThat(channel.isOpen()).isFalse();
    assertThat(yamux.streams()).isEmpty();
    assertThat(gone).hasSameSizeAs(opened);
  }

  @Test
  void shouldCarryAStreamFromItsOpeningToItsEnd() throws Exception {
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 1, 3, (byte) 1, (byte) 2, (byte) 3);
    assertThat(sent()).containsExactly(update(YamuxFrame.ACK, 1, 0));
    byte[] got = new byte[10];
    assertThat(opened.get(0).read(got, 0, 10, soon())).isEqualTo(3);
    assertThat(got).startsWith(1, 2, 3);
    opened.get(0).write(new byte[5], 0, 5, soon());
    opened.get(0).closeWrite();
    assertThat(sent())
        .containsExactly(new YamuxFrame(YamuxFrame.DATA, 0, 1, 5), update(YamuxFrame.FIN, 1, 0));
    assertThat(gone).isEmpty();
    receive(YamuxFrame.DATA, YamuxFrame.FIN, 1, 1, (byte) 9);
    assertThat(opened.get(0).read(got, 0, 10, soon())).isEqualTo(1);
    assertThat(opened.get(0).read(got, 0, 10, soon())).isEqualTo(-1);
    assertThat(gone).containsExactlyElementsOf(opened);
    assertThat(yamux.streams()).isEmpty();
  }

  @Test
  void shouldGiveCreditWhenTheApplicationHasRead() throws Exception {
    receive(YamuxFrame.WINDOW_UPDATE, YamuxFrame.SYN, 1, 0);
    receive(YamuxFrame.DATA, 0, 1, WINDOW, new byte[WINDOW]);
    assertThat(sent()).containsExactly(update(YamuxFrame.ACK, 1, 0));
    MuxStream stream = opened.get(0);
    assertThat(stream.unread()).isEqualTo(WINDOW);
    byte[] half = new byte[WINDOW / 2];
    for (int left = half.length - 1; left > 0; ) {
      left -= stream.read(half, 0, left, soon());
    }
    assertThat(sent()).isEmpty();
    assertThat(stream.read(half, 0, 1, soon())).isEqualTo(1);
    assertThat(sent()).containsExactly(update(0, 1, WINDOW / 2));
    receive(YamuxFrame.DATA, 0, 1, WINDOW / 2, new byte[WINDOW / 2]);
    assertThat(closed).isNull();
    receive(YamuxFrame.DATA, 0, 1, 1, (byte) 1);
    assertBroken("More data");
    assertThatThrownBy(() -> stream.read(half, 0, 1, soon())).isInstanceOf(IOException.class);
  }

  @Test
  void shouldSendNoMoreThanThePeerTakes() throws Exception {
    receive(YamuxFrame.WINDOW_UPDATE, YamuxFrame.SYN, 1, 0);
    sent();
    MuxStream stream = opened.get(0);
    assertThatThrownBy(
            () ->
                stream.write(
                    new byte[WINDOW + 1], 0, WINDOW + 1, Deadline.in(Duration.ofMillis(50))))
        .hasMessageContaining("the peer to read");
    assertThat(sent().stream().mapToInt(YamuxFrame::length).sum()).isEqualTo(WINDOW);
    receive(YamuxFrame.WINDOW_UPDATE, 0, 1, 7);
    stream.write(new byte[7], 0, 7, soon());
    assertThat(sent()).containsExactly(new YamuxFrame(YamuxFrame.DATA, 0, 1, 7));
  }

  @Test
  void shouldOpenStreamsUnderEvenNumbersAndHoldBackUnansweredOnes() throws Exception {
    for (int i = 1; i <= 256; i++) {
      assertThat(yamux.open(soon()).id()).isEqualTo(2 * i);
    }
    assertThatThrownBy(() -> yamux.open(Deadline.in(Duration.ofMillis(20))))
        .hasMessageContaining("unacknowledged");
    receive(YamuxFrame.WINDOW_UPDATE, YamuxFrame.ACK, 2, 0);
    receive(YamuxFrame.WINDOW_UPDATE, YamuxFrame.RST, 4, 0);
    assertThat(yamux.open(soon()).id()).isEqualTo(514);
    assertThat(yamux.open(soon()).id()).isEqualTo(516);
    assertThat(gone).hasSize(1);
  }

  @Test
  void shouldDrainWhatIsForStreamsThatAreGone() throws Exception {
    receive(YamuxFrame.WINDOW_UPDATE, YamuxFrame.SYN, 1, 0);
    opened.get(0).reset();
    assertThat(sent()).containsExactly(update(YamuxFrame.ACK, 1, 0), update(YamuxFrame.RST, 1, 0));
    receive(YamuxFrame.DATA, 0, 1, 100, new byte[100]);
    receive(YamuxFrame.DATA, YamuxFrame.FIN, 1, 0);
    receive(YamuxFrame.DATA, 0, 77, 3, new byte[3]);
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 3, 1, (byte) 5);
    assertThat(opened).hasSize(2);
    assertThat(closed).isNull();
  }

  @Test
  void shouldRefuseStreamsBeyondItsRoomAndGoOn() {
    maxStreams = 1;
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 1, 0);
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 3, 4, new byte[4]);
    receive(YamuxFrame.DATA, 0, 1, 2, new byte[2]);
    assertThat(sent()).containsExactly(update(YamuxFrame.ACK, 1, 0), update(YamuxFrame.RST, 3, 0));
    assertThat(opened.get(0).unread()).isEqualTo(2);
    assertThat(yamux.streams()).hasSize(1);
  }

  @Test
  void shouldAnswerPings() {
    receive(YamuxFrame.PING, YamuxFrame.SYN, 0, 0xdeadbeefL);
    assertThat(sent())
        .containsExactly(new YamuxFrame(YamuxFrame.PING, YamuxFrame.ACK, 0, 0xdeadbeef));
  }

  @Test
  void shouldTakeNoNewStreamsAfterAFarewell() {
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 1, 0);
    receive(YamuxFrame.GO_AWAY, 0, 0, 0);
    assertThat(yamux.open()).isFalse();
    assertThatThrownBy(() -> yamux.open(soon())).hasMessageContaining("no new streams");
    receive(YamuxFrame.DATA, 0, 1, 2, new byte[2]);
    assertThat(opened.get(0).unread()).isEqualTo(2);
  }

  @Test
  void rejectsAFirstFrameLargerThanTheWindow() {
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 1, WINDOW + 1);
    assertBroken("first frame");
    assertThat(opened).isEmpty();
  }

  @Test
  void rejectsLengthsThatLookNegative() {
    receive(YamuxFrame.WINDOW_UPDATE, YamuxFrame.SYN, 1, 0);
    receive(YamuxFrame.DATA, 0, 1, 0xffff_ffffL);
    assertBroken("More data");
  }

  @Test
  void rejectsWindowsBeyondFourGigabytes() {
    receive(YamuxFrame.WINDOW_UPDATE, YamuxFrame.SYN, 1, 0xffff_ffffL);
    assertBroken("window");
  }

  @Test
  void shouldOpenStreamsThatOvertakeEachOther() {
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 5, 0);
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 3, 0);
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 7, 0);
    assertThat(opened).hasSize(3);
    assertThat(closed).isNull();
  }

  @Test
  void rejectsANumberTwice() {
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 5, 0);
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 3, 0);
    opened.get(0).reset();
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 5, 0);
    assertBroken("number 5");
  }

  @Test
  void rejectsOurOwnNumbers() {
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 2, 0);
    assertBroken("number 2");
  }

  @Test
  void rejectsUnknownVersionsAndTypes() {
    receive(7, 0, 1, 0);
    assertBroken("type 7");
  }

  @Test
  void rejectsPingsWhoseAnswersNobodyFetches() {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    for (int i = 0; i < 32; i++) {
      receive(YamuxFrame.PING, YamuxFrame.SYN, 0, i);
    }
    assertThat(closed).isNull();
    receive(YamuxFrame.PING, YamuxFrame.SYN, 0, 32);
    assertBroken("nobody fetches");
  }

  @Test
  void shouldAnswerPingsWhileItSendsALot() throws Exception {
    receive(YamuxFrame.WINDOW_UPDATE, YamuxFrame.SYN, 1, 0);
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    opened.get(0).write(new byte[100_000], 0, 100_000, soon());
    receive(YamuxFrame.PING, YamuxFrame.SYN, 0, 7);
    assertThat(closed).isNull();
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    assertThat(sent()).contains(new YamuxFrame(YamuxFrame.PING, YamuxFrame.ACK, 0, 7));
  }

  @Test
  void rejectsStormsOfOpenings() {
    maxStreams = 1;
    for (int i = 1; closed == null && i < 5_000; i += 2) {
      receive(YamuxFrame.DATA, YamuxFrame.SYN, i, 0);
      sent();
    }
    assertBroken("streams opened");
  }

  @Test
  void rejectsStormsOfPings() {
    for (int i = 0; closed == null && i < 5_000; i++) {
      receive(YamuxFrame.PING, YamuxFrame.SYN, 0, i);
      sent();
    }
    assertBroken("control frames");
  }

  @Test
  void shouldBoundWhatAllStreamsTogetherHoldUnread() {
    for (int i = 0; i < 80; i++) {
      receive(YamuxFrame.WINDOW_UPDATE, YamuxFrame.SYN, 2 * i + 1, 0);
      receive(YamuxFrame.DATA, 0, 2 * i + 1, WINDOW, new byte[WINDOW]);
    }
    assertThat(opened.stream().mapToInt(MuxStream::unread).sum())
        .isLessThanOrEqualTo((16 << 20) + 5 * WINDOW);
    assertThat(closed).isNull();
  }

  @Test
  void shouldFailStreamsWhenTheConnectionGoes() throws Exception {
    receive(YamuxFrame.DATA, YamuxFrame.SYN, 1, 1, (byte) 1);
    MuxStream ours = yamux.open(soon());
    channel.close();
    assertThatThrownBy(() -> ours.read(new byte[1], 0, 1, soon())).hasMessageContaining("closed");
    assertThatThrownBy(() -> ours.write(new byte[1], 0, 1, soon())).hasMessageContaining("closed");
    assertThat(gone).hasSize(2);
  }
}
