package org.kiln.libp2p.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.io.ByteQueue;
import org.kiln.libp2p.io.Duplex;

/**
 * The end of a connection's pipeline while it is being upgraded: bytes in blocking style, read from
 * the peer only when somebody waits for them. Takes its place in a pipeline with auto-read off.
 */
final class ChannelIo extends ChannelInboundHandlerAdapter implements Duplex {
  private final Channel channel;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ByteQueue queue = new ByteQueue();
  private boolean ended;

  ChannelIo(Channel channel) {
    this.channel = channel;
  }

  @Override
  public int read(byte[] into, int offset, int length, Deadline deadline) throws IOException {
    lock.lock();
    try {
      while (queue.size() == 0) {
        if (ended) {
          return -1;
        }
        if (deadline.expired()) {
          throw new SocketTimeoutException("The peer took too long to become ready");
        }
        channel.read();
        arrived.await(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
      }
      return queue.poll(into, offset, length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a connection became ready");
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length, Deadline deadline) throws IOException {
    byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
    CompletableFuture<Void> written = new CompletableFuture<>();
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(copy))
        .addListener(
            future -> {
              if (future.isSuccess()) {
                written.complete(null);
              } else {
                written.completeExceptionally(future.cause());
              }
            });
    try {
      written.get(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("The connection is closed", e.getCause());
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("The peer took too long to become ready");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a connection became ready");
    }
  }

  /** What was read from the peer and not taken yet. */
  byte[] leftOver() {
    lock.lock();
    try {
      return queue.pollAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object packet) {
    ByteBuf in = (ByteBuf) packet;
    byte[] bytes = new byte[in.readableBytes()];
    in.readBytes(bytes);
    in.release();
    lock.lock();
    try {
      queue.add(bytes, 0, bytes.length);
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end();
    context.close();
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
