package org.kiln.libp2p.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.io.MessageBuffer;
import org.kiln.libp2p.mux.AbuseGuard;
import org.kiln.libp2p.mux.MuxException;
import org.kiln.libp2p.mux.MuxStream;
import org.kiln.libp2p.mux.Muxer;
import org.kiln.libp2p.mux.Outbox;

/**
 * A yamux session. Credit goes back to the peer when the application has read, so that a reader who
 * stops costs one window and nothing more.
 *
 * @see <a href="https://github.com/hashicorp/yamux/blob/master/spec.md">yamux</a>
 */
public final class Yamux extends ChannelInboundHandlerAdapter implements Muxer {
  /** Its id in multistream-select. */
  public static final String ID = "/yamux/1.0.0";

  /** What each side may send on a fresh stream, fixed by the protocol. */
  static final int WINDOW = 256 * 1024;

  /** What a window may grow to; 40 MB/s over 100 ms. */
  static final int MAX_WINDOW = 4 << 20;

  private static final int MAX_UNACKNOWLEDGED = 256;
  private static final int MAX_PINGS_WAITING = 32;
  private static final int MAX_UNREAD = 16 << 20;
  private static final int MAX_GROWTH = 8 << 20;

  /** Data frames of that length are written to memory that is used again. */
  private static final int POOL_FROM = 32 * 1024;

  private static final int CHECK_UNREAD_EVERY = 1 << 20;
  private static final long KEEPALIVE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PONG_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Channel channel;
  private final boolean client;
  private final Listener listener;
  private final Outbox outbox;
  private final Map<Integer, YamuxEntry> entries = new ConcurrentHashMap<>();
  private final Semaphore unacknowledged = new Semaphore(MAX_UNACKNOWLEDGED);
  private final AbuseGuard guard = new AbuseGuard();
  private final Object opening = new Object();
  private final AtomicInteger grown = new AtomicInteger();
  private long nextId;
  private volatile boolean takesStreams = true;
  private volatile long roundTripNanos;

  // Confined to the event loop.
  private final byte[] header = new byte[YamuxFrame.HEADER];
  private int headerFilled;
  private YamuxFrame data;
  private YamuxEntry dataEntry;
  private int dataLeft;
  private final InboundIds inbound = new InboundIds();
  private int sinceCheck;
  private long heardNanos = System.nanoTime();
  private long pingedNanos;
  private boolean pinging;
  private boolean busy;
  private int answersWaiting;
  private int pingValue;
  private volatile boolean closed;

  private final YamuxEntry.Growth growth =
      new YamuxEntry.Growth() {
        @Override
        public boolean acquire(int bytes) {
          if (grown.addAndGet(bytes) > MAX_GROWTH) {
            grown.addAndGet(-bytes);
            return false;
          }
          return true;
        }

        @Override
        public void release(int bytes) {
          grown.addAndGet(-bytes);
        }
      };

  private final MuxStream.Link link =
      new MuxStream.Link() {
        @Override
        public void data(MuxStream stream, byte[] bytes, int offset, int length) {
          YamuxFrame head = new YamuxFrame(YamuxFrame.DATA, 0, (int) stream.id(), length);
          int size = YamuxFrame.HEADER + length;
          ByteBuf frame =
              size > POOL_FROM ? MessageBuffer.take() : Unpooled.wrappedBuffer(new byte[size]);
          frame.clear().writeBytes(head.encode()).writeBytes(bytes, offset, length);
          guard.sent(length);
          outbox.put(frame);
        }

        @Override
        public void finish(MuxStream stream) {
          update((int) stream.id(), YamuxFrame.FIN, 0);
        }

        @Override
        public void reset(MuxStream stream) {
          update((int) stream.id(), YamuxFrame.RST, 0);
        }

        @Override
        public void consumed(MuxStream stream, int length) {
          YamuxEntry entry = entries.get((int) stream.id());
          int credit = entry == null ? 0 : entry.consume(length, roundTripNanos);
          // js-libp2p resets a stream that gets credit after its end.
          if (credit > 0 && !stream.remoteEnded()) {
            update((int) stream.id(), 0, credit);
          }
        }

        @Override
        public void gone(MuxStream stream) {
          forget(stream);
        }
      };

  /**
   * A session over that channel.
   *
   * @param client whether we dialled
   */
  public Yamux(Channel channel, boolean client, Listener listener) {
    this.channel = channel;
    this.client = client;
    this.listener = listener;
    this.outbox = new Outbox(channel);
    this.nextId = client ? 1 : 2;
  }

  @Override
  public MuxStream open(Deadline deadline) throws IOException {
    try {
      if (!unacknowledged.tryAcquire(
          Math.min(deadline.remaining().toMillis(), 60_000), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "The peer has left " + MAX_UNACKNOWLEDGED + " streams unacknowledged");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while opening a stream");
    }
    // One at a time, since numbers must rise on the wire.
    synchronized (opening) {
      if (!takesStreams || nextId > Integer.MAX_VALUE) {
        unacknowledged.release();
        throw new IOException("The connection takes no new streams");
      }
      int id = (int) nextId;
      nextId += 2;
      MuxStream stream = new MuxStream(id, true, WINDOW, link, outbox);
      entries.put(id, new YamuxEntry(stream, false, growth));
      update(id, YamuxFrame.SYN, 0);
      if (closed) {
        stream.fail("The connection is closed");
      }
      return stream;
    }
  }

  private void forget(MuxStream stream) {
    YamuxEntry entry = entries.remove((int) stream.id());
    if (entry == null) {
      return;
    }
    entry.end();
    if (entry.acknowledge()) {
      unacknowledged.release();
    }
    listener.gone(stream);
  }

  private void update(int stream, int flags, int delta) {
    outbox.put(new YamuxFrame(YamuxFrame.WINDOW_UPDATE, flags, stream, delta).encode());
  }

  @Override
  public Collection<MuxStream> streams() {
    return entries.values().stream().map(YamuxEntry::stream).toList();
  }

  @Override
  public boolean open() {
    return takesStreams;
  }

  @Override
  public double roundTripMs() {
    return roundTripNanos == 0 ? -1 : roundTripNanos / 1e6;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object packet) {
    ByteBuf in = (ByteBuf) packet;
    heardNanos = System.nanoTime();
    try {
      while (in.isReadable() && !closed) {
        readSome(in);
      }
    } catch (MuxException e) {
      outbox.put(new YamuxFrame(YamuxFrame.GO_AWAY, 0, 0, YamuxFrame.PROTOCOL_ERROR).encode());
      shut(e.getMessage());
      context.close();
    } finally {
      in.release();
    }
  }

  private void readSome(ByteBuf in) throws MuxException {
    if (dataLeft > 0) {
      int take = Math.min(dataLeft, in.readableBytes());
      if (dataEntry != null) {
        dataEntry.stream().receive(in.array(), in.arrayOffset() + in.readerIndex(), take, in);
      }
      in.skipBytes(take);
      dataLeft -= take;
      sinceCheck += take;
      if (sinceCheck > CHECK_UNREAD_EVERY) {
        sinceCheck = 0;
        busy = true;
        boundUnread();
      }
      if (dataLeft == 0) {
        end(data, dataEntry);
      }
      return;
    }
    int take = Math.min(YamuxFrame.HEADER - headerFilled, in.readableBytes());
    in.readBytes(header, headerFilled, take);
    headerFilled += take;
    if (headerFilled == YamuxFrame.HEADER) {
      headerFilled = 0;
      handle(YamuxFrame.decode(header));
    }
  }

  /** Many streams with a window each may hold more together than a connection is worth. */
  private void boundUnread() {
    if (entries.size() * (long) WINDOW + grown.get() <= MAX_UNREAD) {
      return;
    }
    // Looked at once each: their readers go on meanwhile, and numbers that change cannot be sorted.
    List<Fill> fullestFirst =
        streams().stream()
            .map(stream -> new Fill(stream, stream.unread()))
            .sorted(Comparator.comparingInt(Fill::unread).reversed())
            .toList();
    long unread = fullestFirst.stream().mapToLong(Fill::unread).sum();
    for (Fill fill : fullestFirst) {
      if (unread <= MAX_UNREAD) {
        return;
      }
      unread -= fill.unread;
      fill.stream.reset();
    }
  }

  /** How many bytes a stream held unread at one moment. */
  private record Fill(MuxStream stream, int unread) {}

  private void handle(YamuxFrame frame) throws MuxException {
    switch (frame.type()) {
      case YamuxFrame.DATA -> data(frame);
      case YamuxFrame.WINDOW_UPDATE -> windowUpdate(frame);
      case YamuxFrame.PING -> ping(frame);
      default -> {
        guard.control();
        takesStreams = false;
      }
    }
  }

  private void data(YamuxFrame frame) throws MuxException {
    if (frame.length() == 0) {
      guard.control();
    } else {
      guard.data();
    }
    // Against the window before anything is registered (CVE-2026-32314).
    if (frame.unsignedLength() > WINDOW && frame.has(YamuxFrame.SYN)) {
      throw new MuxException("A first frame of " + frame.unsignedLength() + " bytes");
    }
    YamuxEntry entry = find(frame);
    if (entry != null && !entry.charge(frame.unsignedLength())) {
      throw new MuxException("More data on stream " + frame.stream() + " than was granted");
    }
    if (entry == null && frame.unsignedLength() > MAX_WINDOW) {
      throw new MuxException("A frame of " + frame.unsignedLength() + " bytes");
    }
    data = frame;
    dataEntry = entry;
    dataLeft = frame.length();
    if (dataLeft == 0) {
      end(frame, entry);
    }
  }

  private void windowUpdate(YamuxFrame frame) throws MuxException {
    guard.control();
    YamuxEntry entry = find(frame);
    if (entry == null) {
      return;
    }
    if (!frame.has(YamuxFrame.RST) && !entry.stream().grant(frame.unsignedLength())) {
      throw new MuxException("A window of more than 2^32 - 1 on stream " + frame.stream());
    }
    end(frame, entry);
  }

  /** The stream a frame is for; null for one that is gone, or that is refused. */
  private YamuxEntry find(YamuxFrame frame) throws MuxException {
    int id = frame.stream();
    if (id == 0) {
      throw new MuxException("Data or credit for stream 0");
    }
    if (frame.has(YamuxFrame.SYN)) {
      return accept(id);
    }
    YamuxEntry entry = entries.get(id);
    if (entry != null && frame.has(YamuxFrame.ACK) && entry.acknowledge()) {
      unacknowledged.release();
    }
    return entry;
  }

  private YamuxEntry accept(int id) throws MuxException {
    boolean theirs = (id & 1) == (client ? 0 : 1);
    if (!theirs || !inbound.use(id)) {
      throw new MuxException("A stream opened under number " + Integer.toUnsignedString(id));
    }
    guard.opened();
    MuxStream stream = new MuxStream(id, false, WINDOW, link, outbox);
    YamuxEntry entry = new YamuxEntry(stream, true, growth);
    entries.put(id, entry);
    if (closed || !listener.opened(stream)) {
      entries.remove(id);
      update(id, YamuxFrame.RST, 0);
      return null;
    }
    update(id, YamuxFrame.ACK, 0);
    return entry;
  }

  private void end(YamuxFrame frame, YamuxEntry entry) {
    data = null;
    dataEntry = null;
    if (entry == null) {
      return;
    }
    if (frame.has(YamuxFrame.RST)) {
      entry.stream().fail("The peer reset the stream");
    } else if (frame.has(YamuxFrame.FIN)) {
      entry.stream().receiveEnd();
    }
  }

  private void ping(YamuxFrame frame) throws MuxException {
    guard.control();
    if (frame.has(YamuxFrame.SYN)) {
      if (!channel.isWritable() && ++answersWaiting > MAX_PINGS_WAITING) {
        throw new MuxException("Pings that nobody fetches the answers of");
      }
      outbox.put(new YamuxFrame(YamuxFrame.PING, YamuxFrame.ACK, 0, frame.length()).encode());
    } else if (frame.has(YamuxFrame.ACK) && pinging && frame.length() == pingValue) {
      pinging = false;
      roundTripNanos = Math.max(1, System.nanoTime() - pingedNanos);
    }
  }

  @Override
  public void tick() {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(this::tick);
      return;
    }
    long now = System.nanoTime();
    for (MuxStream stream : streams()) {
      if (stream.lingers(LINGER_NANOS)) {
        stream.reset();
      }
    }
    if (pinging && now - pingedNanos > PONG_NANOS && now - heardNanos > PONG_NANOS) {
      shut("The peer does not answer");
      channel.close();
    } else if (!pinging && (now - heardNanos > KEEPALIVE_NANOS || busy)) {
      sendPing();
    }
    busy = false;
  }

  /** Is there an answer, and how long does it take? */
  private void sendPing() {
    pinging = true;
    pingedNanos = System.nanoTime();
    outbox.put(new YamuxFrame(YamuxFrame.PING, YamuxFrame.SYN, 0, ++pingValue).encode());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (client) {
      sendPing();
    }
  }

  @Override
  public void farewell() {
    takesStreams = false;
    outbox.put(new YamuxFrame(YamuxFrame.GO_AWAY, 0, 0, YamuxFrame.NORMAL).encode());
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      answersWaiting = 0;
    }
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
    takesStreams = false;
    // What waits in the outbox, a reason for the peer perhaps, has one turn to get out.
    outbox.resume();
    outbox.close();
    streams().forEach(stream -> stream.fail(reason));
    listener.closed(reason);
  }
}
