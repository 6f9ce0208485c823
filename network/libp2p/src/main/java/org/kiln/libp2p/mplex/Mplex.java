package org.kiln.libp2p.mplex;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.kiln.api.ipld.Varint;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.mux.AbuseGuard;
import org.kiln.libp2p.mux.MuxException;
import org.kiln.libp2p.mux.MuxStream;
import org.kiln.libp2p.mux.Muxer;
import org.kiln.libp2p.mux.Outbox;

/**
 * An mplex session. The protocol has no flow control, so a reader who stops stalls the whole
 * connection: it is read no further while a stream holds too much unread. A stream that stalls it
 * for long is reset.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/mplex/README.md">mplex</a>
 */
public final class Mplex extends ChannelInboundHandlerAdapter implements Muxer {
  /** Its id in multistream-select. */
  public static final String ID = "/mplex/6.7.0";

  private static final int NEW_STREAM = 0;
  private static final int MESSAGE = 1;
  private static final int CLOSE = 3;
  private static final int RESET = 5;
  private static final long MAX_ID = (1L << 60) - 1;
  private static final int MAX_MESSAGE = 1 << 20;
  private static final int MAX_UNREAD = 1 << 20;
  private static final int MAX_STREAMS = 128;
  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Both sides count from 0, so a number says nothing without who opened the stream. */
  private record Key(long id, boolean outbound) {}

  private final Channel channel;
  private final Listener listener;
  private final Outbox outbox;
  private final Map<Key, MuxStream> streams = new ConcurrentHashMap<>();
  private final AbuseGuard guard = new AbuseGuard();
  private final Object opening = new Object();
  private long nextId;
  private volatile boolean closed;

  // Confined to the event loop.
  private long varint;
  private int varintBytes;
  private long header = -1;
  private int left = -1;
  private long stalledNanos;
  private volatile MuxStream stalled;

  private final MuxStream.Link link =
      new MuxStream.Link() {
        @Override
        public void data(MuxStream stream, byte[] bytes, int offset, int length) {
          send(stream, MESSAGE, bytes, offset, length);
        }

        @Override
        public void finish(MuxStream stream) {
          send(stream, CLOSE, new byte[0], 0, 0);
        }

        @Override
        public void reset(MuxStream stream) {
          send(stream, RESET, new byte[0], 0, 0);
        }

        @Override
        public void consumed(MuxStream stream, int length) {
          if (stalled == stream && stream.unread() < MAX_UNREAD / 2) {
            channel.eventLoop().execute(Mplex.this::goOn);
          }
        }

        @Override
        public void gone(MuxStream stream) {
          if (streams.remove(new Key(stream.id(), stream.outbound()), stream)) {
            listener.gone(stream);
          }
          if (stalled == stream) {
            channel.eventLoop().execute(Mplex.this::goOn);
          }
        }
      };

  /** A session over that channel. */
  public Mplex(Channel channel, Listener listener) {
    this.channel = channel;
    this.listener = listener;
    this.outbox = new Outbox(channel);
  }

  @Override
  public MuxStream open(Deadline deadline) throws IOException {
    synchronized (opening) {
      if (closed) {
        throw new IOException("The connection takes no new streams");
      }
      MuxStream stream = new MuxStream(nextId++, true, Long.MAX_VALUE, link, outbox);
      streams.put(new Key(stream.id(), true), stream);
      frame(stream.id() << 3 | NEW_STREAM, new byte[0], 0, 0);
      if (closed) {
        stream.fail("The connection is closed");
      }
      return stream;
    }
  }

  /** Flags of a stream's receiver are odd, those of its initiator even and one higher. */
  private void send(MuxStream stream, int flag, byte[] bytes, int offset, int length) {
    frame(stream.id() << 3 | (stream.outbound() ? flag + 1 : flag), bytes, offset, length);
  }

  private void frame(long head, byte[] bytes, int offset, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 12);
    Varint.write(head, out);
    Varint.write(length, out);
    out.write(bytes, offset, length);
    outbox.put(out.toByteArray());
  }

  @Override
  public Collection<MuxStream> streams() {
    return streams.values();
  }

  @Override
  public boolean open() {
    return !closed;
  }

  @Override
  public double roundTripMs() {
    return -1;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object packet) {
    ByteBuf in = (ByteBuf) packet;
    try {
      while (in.isReadable() && !closed) {
        readSome(in);
      }
    } catch (MuxException e) {
      shut(e.getMessage());
      context.close();
    } finally {
      in.release();
    }
  }

  private void readSome(ByteBuf in) throws MuxException {
    if (left > 0) {
      int take = Math.min(left, in.readableBytes());
      MuxStream stream = find();
      if (stream != null && flag() != NEW_STREAM) {
        receive(stream, in, take);
      }
      in.skipBytes(take);
      left -= take;
      if (left == 0) {
        header = -1;
        left = -1;
      }
      return;
    }
    byte b = in.readByte();
    varint |= (long) (b & 0x7f) << 7 * varintBytes++;
    if (b < 0) {
      if (varintBytes == 9) {
        throw new MuxException("A number of more than nine bytes");
      }
      return;
    }
    long value = varint;
    varint = 0;
    varintBytes = 0;
    if (header < 0) {
      header = value;
    } else {
      begin(value);
    }
  }

  private int flag() {
    return (int) (header & 7);
  }

  private MuxStream find() {
    // Odd flags come from the receiver of the stream, so it is one of ours.
    return streams.get(new Key(header >>> 3, flag() % 2 == 1));
  }

  private void begin(long length) throws MuxException {
    if (length > MAX_MESSAGE || header >>> 3 > MAX_ID || flag() > RESET + 1) {
      throw new MuxException(
          "A message of " + length + " bytes with flag " + flag() + " on stream " + (header >>> 3));
    }
    int flag = flag();
    if (length == 0 || flag == NEW_STREAM) {
      guard.control();
    } else {
      guard.data();
    }
    MuxStream stream = find();
    if (flag == NEW_STREAM) {
      accept(header >>> 3);
    } else if (stream != null && flag >= RESET) {
      stream.fail("The peer reset the stream");
    } else if (stream != null && flag >= CLOSE) {
      stream.receiveEnd();
    }
    left = (int) length;
    if (left == 0) {
      header = -1;
      left = -1;
    }
  }

  private void accept(long id) throws MuxException {
    guard.opened();
    MuxStream stream = new MuxStream(id, false, Long.MAX_VALUE, link, outbox);
    if (streams.putIfAbsent(new Key(id, false), stream) != null) {
      throw new MuxException("Stream " + id + " opened twice");
    }
    long inbound = streams.keySet().stream().filter(key -> !key.outbound).count();
    if (inbound > MAX_STREAMS || !listener.opened(stream)) {
      streams.remove(new Key(id, false), stream);
      link.reset(stream);
    }
  }

  private void receive(MuxStream stream, ByteBuf in, int length) {
    stream.receive(in.array(), in.arrayOffset() + in.readerIndex(), length, in);
    if (stalled == null && stream.unread() > MAX_UNREAD) {
      stalled = stream;
      stalledNanos = System.nanoTime();
      channel.config().setAutoRead(false);
      // Its reader may have caught up before it could see that it stalls the connection.
      if (stream.unread() < MAX_UNREAD / 2) {
        goOn();
      }
    }
  }

  private void goOn() {
    if (stalled == null) {
      return;
    }
    stalled = null;
    for (MuxStream stream : streams.values()) {
      if (stream.unread() > MAX_UNREAD) {
        stalled = stream;
        stalledNanos = System.nanoTime();
        return;
      }
    }
    channel.config().setAutoRead(true);
  }

  @Override
  public void tick() {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(this::tick);
      return;
    }
    MuxStream slow = stalled;
    if (slow != null && System.nanoTime() - stalledNanos > STALL_NANOS) {
      slow.reset();
    }
    for (MuxStream stream : streams.values()) {
      if (stream.lingers(LINGER_NANOS)) {
        stream.reset();
      }
    }
  }

  @Override
  public void farewell() {}

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    outbox.resume();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    shut("The connection is closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    shut("The connection failed: " + cause.getMessage());
    context.close();
  }

  private void shut(String reason) {
    if (closed) {
      return;
    }
    closed = true;
    outbox.close();
    streams.values().forEach(stream -> stream.fail(reason));
    listener.closed(reason);
  }
}
