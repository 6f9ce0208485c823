package org.kiln.libp2p.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kiln.libp2p.mux.MuxStream;

/**
 * Between the channel of a QUIC stream, on the event loop, and the stream that blocks its reader
 * and writer. Takes no more out of QUIC than a little ahead of the reader, so that the window QUIC
 * gives the peer is what bounds the unread bytes.
 */
final class QuicLink extends ChannelInboundHandlerAdapter implements MuxStream.Link {
  /** Bytes taken ahead of the reader before the channel is left alone. */
  private static final int AHEAD = 64 * 1024;

  /** Bytes of one stream that may wait until QUIC takes them. */
  private static final int WAITING = 256 * 1024;

  private final QuicMuxer muxer;
  private final QuicStreamChannel channel;
  private final MuxStream stream;
  private final AtomicBoolean paused = new AtomicBoolean();
  private volatile boolean stopped;
  private volatile long movedNanos;

  QuicLink(QuicMuxer muxer, QuicStreamChannel channel) {
    this.muxer = muxer;
    this.channel = channel;
    channel.closeFuture().addListener(closed -> muxer.closed(this, channel));
    this.stream =
        new MuxStream(channel.streamId(), channel.isLocalCreated(), WAITING, this, muxer.room());
  }

  /**
   * Whether the stream has ended, but its channel waits for the peer to take the rest, in vain for
   * that long. A peer that wants nothing more of a stream may well do so: Netty (4.2.18) does not
   * always hear of it.
   */
  boolean waitsInVain(long nanos) {
    return stream.isGone() && channel.isOpen() && System.nanoTime() - movedNanos > nanos;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  MuxStream stream() {
    return stream;
  }

  /** Begins to read; on the event loop. */
  void attach() {
    channel.pipeline().addLast(this);
    if (channel.isActive()) {
      channel.read();
    } else {
      stream.fail("The stream is closed");
    }
  }

  @Override
  public void data(MuxStream own, byte[] bytes, int offset, int length) {
    muxer.room().hold(length);
    ByteBuf frame = channel.alloc().directBuffer(length).writeBytes(bytes, offset, length);
    channel.writeAndFlush(frame).addListener(done -> taken((ChannelFuture) done, length));
  }

  private void taken(ChannelFuture done, int length) {
    muxer.room().release(length);
    movedNanos = System.nanoTime();
    if (done.isSuccess()) {
      stream.grant(length);
    } else {
      failed(done.cause());
    }
  }

  private void failed(Throwable cause) {
    if (cause instanceof ChannelOutputShutdownException) {
      stopped = true;
      stream.receiveStop();
      if (stream.isGone()) {
        channel.close();
      }
    } else {
      stream.fail("The stream failed: " + cause.getMessage());
      reset(stream);
    }
  }

  @Override
  public void finish(MuxStream own) {
    // Not shutdownOutput(), which overtakes data that waits for the peer's window.
    channel
        .writeAndFlush(QuicStreamFrame.EMPTY_FIN)
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                failed(done.cause());
              }
            });
  }

  @Override
  public void reset(MuxStream own) {
    channel.shutdown(0, channel.newPromise()).addListener(done -> channel.close());
  }

  @Override
  public void consumed(MuxStream own, int length) {
    if (paused.get() && stream.unread() < AHEAD / 2 && paused.compareAndSet(true, false)) {
      channel.read();
    }
  }

  @Override
  public void gone(MuxStream own) {
    movedNanos = System.nanoTime();
    muxer.forget(this);
    if (stopped) {
      // Without an end of ours on its way the channel would not close by itself.
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object packet) {
    ByteBuf in = (ByteBuf) packet;
    try {
      byte[] bytes = new byte[in.readableBytes()];
      in.readBytes(bytes);
      muxer.heard();
      stream.receive(bytes, 0, bytes.length, null);
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (stream.unread() < AHEAD) {
      context.read();
      return;
    }
    paused.set(true);
    // The reader may have emptied it just before it could see that.
    consumed(stream, 0);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownReadComplete) {
      stream.receiveEnd();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stream.fail("The stream is closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    stream.fail("The peer reset the stream");
    reset(stream);
  }
}
