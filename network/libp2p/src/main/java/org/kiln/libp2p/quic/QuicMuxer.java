package org.kiln.libp2p.quic;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionPathStats;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.mux.AbuseGuard;
import org.kiln.libp2p.mux.MuxException;
import org.kiln.libp2p.mux.MuxStream;
import org.kiln.libp2p.mux.Muxer;

/**
 * The streams of a QUIC connection, which has them by itself. The handler at the end of the
 * connection's pipeline.
 */
public final class QuicMuxer extends ChannelInboundHandlerAdapter implements Muxer {
  /** What stands where other connections name their multiplexer. */
  public static final String ID = "/quic-v1";

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long UNSENT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Well below the shortest idle timeout that is usual among peers, 30 s. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final QuicChannel channel;
  private final Listener listener;
  private final SendRoom room = new SendRoom();
  private final Set<QuicLink> links = ConcurrentHashMap.newKeySet();

  /** Ended streams whose last bytes are on their way, for all that is known. */
  private final Set<QuicLink> unsent = ConcurrentHashMap.newKeySet();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moreStreams = lock.newCondition();

  /** Streams whose opening is on its way; guarded by the lock. */
  private int beingOpened;

  private volatile boolean closed;
  private volatile boolean leaving;
  private volatile long heardNanos = System.nanoTime();
  private volatile long roundTripNanos;

  // Confined to the event loop.
  private final AbuseGuard guard = new AbuseGuard();
  private final ArrayDeque<QuicStreamChannel> early = new ArrayDeque<>();
  private boolean started;
  private long askedNanos = System.nanoTime();

  /** The streams of that connection. Those a peer opens wait for {@link #start}. */
  public QuicMuxer(QuicChannel channel, Listener listener) {
    this.channel = channel;
    this.listener = listener;
  }

  /** Lets the peer's streams in, now that it is known who it is. */
  public void start() {
    channel
        .eventLoop()
        .execute(
            () -> {
              started = true;
              while (!early.isEmpty()) {
                enter(early.poll());
              }
            });
  }

  /** Takes a stream the peer has opened; on the event loop. */
  public void accept(QuicStreamChannel opened) {
    if (started) {
      enter(opened);
    } else {
      // As many as QUIC lets the peer open; nothing is read of them.
      early.add(opened);
    }
  }

  private void enter(QuicStreamChannel opened) {
    heard();
    QuicLink link = new QuicLink(this, opened);
    try {
      guard.opened();
    } catch (MuxException e) {
      link.reset(link.stream());
      // Closed from within, a connection does not get to say that it is.
      channel.eventLoop().execute(() -> shut(e.getMessage()));
      return;
    }
    links.add(link);
    if (closed || !listener.opened(link.stream())) {
      links.remove(link);
      link.reset(link.stream());
      return;
    }
    link.attach();
  }

  @Override
  public MuxStream open(Deadline deadline) throws IOException {
    takePlace(deadline);
    Future<QuicStreamChannel> opening =
        channel.createStream(QuicStreamType.BIDIRECTIONAL, null, channel.eventLoop().newPromise());
    opening.addListener(done -> givePlaceBack());
    QuicLink link;
    try {
      link = new QuicLink(this, Waits.await(opening, deadline));
    } catch (IOException e) {
      opening.addListener(late -> closeLate(opening));
      throw e;
    }
    links.add(link);
    channel
        .eventLoop()
        .execute(
            () -> {
              link.attach();
              if (closed) {
                link.stream().fail("The connection is closed");
              }
            });
    return link.stream();
  }

  /**
   * Waits until the peer allows one more stream than are being opened. None may ask in vain: Netty
   * (4.2.18) never uses the id again of a stream that is refused, and the peer counts it as opened.
   */
  private void takePlace(Deadline deadline) throws IOException {
    lock.lock();
    try {
      while (open() && channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) <= beingOpened) {
        long left = deadline.remaining().toNanos();
        if (left <= 0 || moreStreams.awaitNanos(left) <= 0) {
          throw new IOException("The peer allows no more streams");
        }
      }
      if (!open()) {
        throw new IOException("The connection takes no new streams");
      }
      beingOpened++;
    } catch (InterruptedException e) {
      throw Waits.interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  /** The stream is there, and so among those the peer has allowed, or will never be. */
  private void givePlaceBack() {
    lock.lock();
    try {
      beingOpened--;
      moreStreams.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void closeLate(Future<QuicStreamChannel> opening) {
    if (opening.isSuccess()) {
      QuicLink unused = new QuicLink(this, opening.getNow());
      unused.reset(unused.stream());
    }
  }

  SendRoom room() {
    return room;
  }

  void heard() {
    heardNanos = System.nanoTime();
  }

  void closed(QuicLink link, QuicStreamChannel stream) {
    unsent.remove(link);
    StreamTable.remove(stream);
  }

  void forget(QuicLink link) {
    if (links.remove(link)) {
      unsent.add(link);
      listener.gone(link.stream());
    }
  }

  @Override
  public Collection<MuxStream> streams() {
    return links.stream().map(QuicLink::stream).toList();
  }

  @Override
  public boolean open() {
    return !closed && !leaving;
  }

  @Override
  public double roundTripMs() {
    return roundTripNanos == 0 ? -1 : roundTripNanos / 1e6;
  }

  @Override
  public void tick() {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(this::tick);
      return;
    }
    for (MuxStream stream : streams()) {
      if (stream.lingers(LINGER_NANOS)) {
        stream.reset();
      }
    }
    unsent.removeIf(link -> !link.isOpen());
    for (QuicLink link : unsent) {
      if (link.waitsInVain(UNSENT_NANOS)) {
        link.reset(link.stream());
      }
    }
    channel
        .collectPathStats(0)
        .addListener(
            (Future<QuicConnectionPathStats> done) -> {
              if (done.isSuccess()) {
                roundTripNanos = done.getNow().rtt();
              }
            });
    long now = System.nanoTime();
    if (now - heardNanos > SILENCE_NANOS && now - askedNanos > SILENCE_NANOS) {
      askedNanos = now;
      listener.silent();
    }
  }

  @Override
  public void farewell() {
    // Closing the connection tells the peer by itself.
    leaving = true;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof QuicStreamLimitChangedEvent) {
      wakeOpeners();
    }
  }

  private void wakeOpeners() {
    lock.lock();
    try {
      moreStreams.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    shut("The connection is closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    shut("The connection failed: " + cause.getMessage());
  }

  private void shut(String reason) {
    if (closed) {
      return;
    }
    closed = true;
    room.close();
    early.clear();
    wakeOpeners();
    streams().forEach(stream -> stream.fail(reason));
    listener.closed(reason);
  }
}
