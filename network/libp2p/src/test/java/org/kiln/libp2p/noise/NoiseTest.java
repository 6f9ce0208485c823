package org.kiln.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.Pipe;
import org.kiln.libp2p.io.Duplex;
import org.kiln.libp2p.io.Frames;
import org.kiln.libp2p.key.HostKey;

@Timeout(60)
class NoiseTest {
  private final HostKey keyA = HostKey.random();
  private final HostKey keyB = HostKey.random();
  private final Pipe pipe = new Pipe();

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30));
  }

  private static CompletableFuture<Noise.Secured> start(
      Noise noise, Duplex io, boolean initiator, PeerId expected) {
    CompletableFuture<Noise.Secured> secured = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                secured.complete(noise.handshake(io, initiator, expected, soon()));
              } catch (IOException | RuntimeException e) {
                secured.completeExceptionally(e);
              }
            });
    return secured;
  }

  private Noise.Secured[] pair(List<String> muxersA, List<String> muxersB) throws Exception {
    var right = start(new Noise(keyB, muxersB), pipe.right(), false, null);
    var left = start(new Noise(keyA, muxersA), pipe.left(), true, keyB.publicKey().peerId());
    return new Noise.Secured[] {left.get(), right.get()};
  }

  @Test
  void shouldProveBothSides() throws Exception {
    Noise.Secured[] pair = pair(List.of("/y", "/m"), List.of("/m", "/y"));
    assertThat(pair[0].remote()).isEqualTo(keyB.publicKey());
    assertThat(pair[1].remote()).isEqualTo(keyA.publicKey());
    assertThat(pair[0].muxer()).contains("/y");
    assertThat(pair[1].muxer()).contains("/y");
  }

  @Test
  void shouldLeaveTheMuxerOpenWhenEitherNamesNone() throws Exception {
    Noise.Secured[] pair = pair(List.of("/y"), List.of());
    assertThat(pair[0].muxer()).isEmpty();
    assertThat(pair[1].muxer()).isEmpty();
  }

  @Test
  void rejectsPeersWithoutACommonMuxer() {
    assertThatThrownBy(() -> pair(List.of("/y"), List.of("/m")))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("No common stream multiplexer");
  }

  @Test
  void rejectsAnotherPeerThanExpected() {
    start(new Noise(keyB, List.of()), pipe.right(), false, null);
    PeerId other = HostKey.random().publicKey().peerId();
    assertThatThrownBy(() -> new Noise(keyA, List.of()).handshake(pipe.left(), true, other, soon()))
        .hasMessageContaining("Dialled " + other);
  }

  @Test
  void rejectsASignatureOfAnotherNoiseKey() throws Exception {
    // The payload that B once signed for its Noise key, told by one with another Noise key.
    byte[] stolen =
        new NoisePayload(keyB.publicKey().encode(), keyB.sign(new byte[56]), List.of()).encode();
    Noise thief = new Noise(stolen);
    start(thief, pipe.right(), false, null);
    assertThatThrownBy(
            () ->
                new Noise(keyA, List.of())
                    .handshake(pipe.left(), true, keyB.publicKey().peerId(), soon()))
        .hasMessageContaining("did not sign");
  }

  @Test
  void rejectsAHandshakeThatWasTamperedWith() {
    Pipe second = new Pipe();
    start(new Noise(keyB, List.of()), second.right(), false, null);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                relay(pipe.right(), second.left());
              } catch (IOException e) {
                pipe.endToRight();
              }
            });
    assertThatThrownBy(
            () ->
                new Noise(keyA, List.of())
                    .handshake(pipe.left(), true, keyB.publicKey().peerId(), soon()))
        .hasMessageContaining("handshake failed");
  }

  /** Passes the first message on as it is, and the second with one bit of the payload turned. */
  private static void relay(Duplex a, Duplex b) throws IOException {
    byte[] first = Frames.readFully(a, 34, soon());
    b.write(first, 0, first.length, soon());
    byte[] length = Frames.readFully(b, 2, soon());
    int size = (length[0] & 0xff) << 8 | length[1] & 0xff;
    byte[] second = Frames.readFully(b, size, soon());
    second[100] ^= 1;
    a.write(length, 0, 2, soon());
    a.write(second, 0, size, soon());
  }

  @Test
  void rejectsKeysThatAgreeOnNothing() throws Exception {
    byte[] zero = new byte[34];
    zero[1] = 32;
    pipe.left().write(zero, 0, zero.length, soon());
    assertThatThrownBy(
            () -> new Noise(keyB, List.of()).handshake(pipe.right(), false, null, soon()))
        .hasMessageContaining("agrees on nothing");
  }

  @Test
  void rejectsShortAndMissingMessages() throws Exception {
    pipe.left().write(new byte[] {0, 5, 1, 2, 3, 4, 5}, 0, 7, soon());
    Noise noise = new Noise(keyB, List.of());
    assertThatThrownBy(() -> noise.handshake(pipe.right(), false, null, soon()))
        .hasMessageContaining("too short");
    pipe.endToRight();
    assertThatThrownBy(() -> noise.handshake(pipe.right(), false, null, soon()))
        .isInstanceOf(IOException.class);
  }

  private static byte[] allOut(EmbeddedChannel channel) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf out; (out = channel.readOutbound()) != null; out.release()) {
      all.writeBytes(ByteBufUtil.getBytes(out));
    }
    return all.toByteArray();
  }

  private static byte[] allIn(EmbeddedChannel channel) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf in; (in = channel.readInbound()) != null; in.release()) {
      all.writeBytes(ByteBufUtil.getBytes(in));
    }
    return all.toByteArray();
  }

  @Test
  void shouldCarryBytesOfAnySizeInAnyPieces() throws Exception {
    Noise.Secured[] pair = pair(List.of(), List.of());
    EmbeddedChannel a = new EmbeddedChannel(pair[0].channel());
    EmbeddedChannel b = new EmbeddedChannel(pair[1].channel());
    Random random = new Random(1);
    for (int size : new int[] {1, 15, 16, 17, 1000, 65519, 65520, 200_000}) {
      byte[] sent = new byte[size];
      random.nextBytes(sent);
      a.writeOutbound(Unpooled.wrappedBuffer(sent));
      byte[] wire = allOut(a);
      assertThat(wire.length).isGreaterThanOrEqualTo(size + 18);
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      for (int at = 0; at < wire.length; ) {
        int take = Math.min(wire.length - at, 1 + random.nextInt(40_000));
        b.writeInbound(Unpooled.copiedBuffer(wire, at, take));
        got.writeBytes(allIn(b));
        at += take;
      }
      assertThat(got.toByteArray()).isEqualTo(sent);
    }
    a.finishAndReleaseAll();
    b.finishAndReleaseAll();
  }

  @Test
  void rejectsTamperedReplayedAndShortMessages() throws Exception {
    for (int kind = 0; kind < 3; kind++) {
      Noise.Secured[] pair = pair(List.of(), List.of());
      EmbeddedChannel a = new EmbeddedChannel(pair[0].channel());
      EmbeddedChannel b = new EmbeddedChannel(pair[1].channel());
      a.writeOutbound(Unpooled.wrappedBuffer(new byte[100]));
      byte[] wire = allOut(a);
      if (kind == 0) {
        wire[50] ^= 1;
      } else if (kind == 1) {
        b.writeInbound(Unpooled.copiedBuffer(wire));
        assertThat(allIn(b)).hasSize(100);
      } else {
        wire = new byte[] {0, 15};
      }
      ByteBuf bad = Unpooled.copiedBuffer(wire);
      assertThatThrownBy(() -> b.writeInbound(bad)).isInstanceOf(Exception.class);
      assertThat(b.isOpen()).isFalse();
      assertThat(allIn(b)).isEmpty();
      a.finishAndReleaseAll();
    }
  }
}
