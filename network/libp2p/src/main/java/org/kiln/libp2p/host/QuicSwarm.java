package org.kiln.libp2p.host;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.Multiaddr.Transport;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.key.PublicKey;
import org.kiln.libp2p.quic.QuicMuxer;
import org.kiln.libp2p.quic.QuicTls;
import org.kiln.libp2p.quic.RetryTokens;
import org.kiln.libp2p.quic.Waits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * QUIC connections in and out: what {@link Swarm} is for TCP. Only where its native library is
 * there. Thread-safe.
 */
final class QuicSwarm {
  private static final Logger LOG = LoggerFactory.getLogger(QuicSwarm.class);
  private static final int CONNECT_MS = 5_000;

  /** Any code says no; libp2p has none of its own. */
  private static final int REFUSED = 1;

  private static final int DATAGRAM = 1_500;
  private static final int SOCKET_BUFFER = 1 << 20;

  /** What a peer may send ahead on a stream, and on all of a connection, until it is read. */
  private static final long STREAM_WINDOW = 256 * 1024;

  private static final long CONNECTION_WINDOW = 4L << 20;

  private final EventLoopGroup group;
  private final HostSettings settings;
  private final QuicTls tls;
  private final Counters counters;
  private final Connection.Owner streams;
  private final Swarm.Events events;

  QuicSwarm(
      EventLoopGroup group,
      HostSettings settings,
      QuicTls tls,
      Counters counters,
      Connection.Owner streams,
      Swarm.Events events) {
    this.group = group;
    this.settings = settings;
    this.tls = tls;
    this.counters = counters;
    this.streams = streams;
    this.events = events;
  }

  /** Listens there; the channel once it does, or has failed to. */
  ChannelFuture bind(InetSocketAddress socket) {
    QuicServerCodecBuilder codec =
        common(new QuicServerCodecBuilder().sslContext(tls.server()))
            .tokenHandler(new RetryTokens(counters::scarce, System::nanoTime))
            .handler(
                new ChannelInitializer<QuicChannel>() {
                  @Override
                  protected void initChannel(QuicChannel channel) {
                    accept(channel);
                  }
                })
            .streamHandler(new IntoMuxer());
    return datagrams(codec.build()).bind(socket);
  }

  private <B extends QuicCodecBuilder<B>> B common(B codec) {
    return codec
        .maxIdleTimeout(settings.idleTime().toMillis(), TimeUnit.MILLISECONDS)
        .initialMaxData(CONNECTION_WINDOW)
        .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW)
        .initialMaxStreamDataBidirectionalRemote(STREAM_WINDOW)
        .initialMaxStreamsBidirectional(settings.limits().inboundStreams())
        .initialMaxStreamsUnidirectional(0)
        .activeMigration(false);
  }

  private Bootstrap datagrams(ChannelHandler codec) {
    return new Bootstrap()
        .group(group)
        .channel(NioDatagramChannel.class)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM))
        .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
        .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
        .handler(
            new ChannelInitializer<NioDatagramChannel>() {
              @Override
              protected void initChannel(NioDatagramChannel socket) {
                socket.pipeline().addLast(codec, new Unheard());
              }
            });
  }

  /** Errors of single datagrams, which anybody may send: no line in the log for each. */
  private static final class Unheard extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("A datagram at {} failed", context.channel().localAddress(), cause);
    }
  }

  /**
   * Where streams that peers open come in, of every connection. No {@code ChannelInitializer}: it
   * would keep from the stream, and log, what goes wrong as it first reads, which any peer can
   * bring about.
   */
  @Sharable
  private static final class IntoMuxer extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      QuicStreamChannel stream = (QuicStreamChannel) context.channel();
      stream.config().setAutoRead(false);
      context.pipeline().remove(this);
      QuicMuxer muxer = stream.parent().pipeline().get(QuicMuxer.class);
      if (muxer == null) {
        stream.close();
      } else {
        muxer.accept(stream);
      }
    }
  }

  /** A peer has sent a first packet; on the event loop. */
  private void accept(QuicChannel channel) {
    InetSocketAddress from = (InetSocketAddress) channel.remoteSocketAddress();
    if (from == null || !counters.accept(from.getAddress())) {
      channel.close();
      return;
    }
    AtomicBoolean pending = new AtomicBoolean(true);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              settle(pending);
              counters.releaseInbound(from.getAddress());
            });
    Deadline deadline = Deadline.in(settings.upgradeTime());
    channel
        .eventLoop()
        .schedule(
            () -> {
              if (pending.get()) {
                LOG.debug("Connection from {} took too long to become ready", from);
                channel.close();
              }
            },
            settings.upgradeTime().toMillis(),
            TimeUnit.MILLISECONDS);
    Connection connection = connection(channel, Multiaddrs.of(from, Transport.QUIC_V1), false);
    QuicMuxer muxer = new QuicMuxer(channel, connection);
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelActive(ChannelHandlerContext context) {
                context.pipeline().remove(this);
                Thread.ofVirtual()
                    .name("libp2p accept " + from)
                    .start(() -> admit(channel, connection, muxer, deadline, pending));
              }
            },
            muxer);
  }

  private void admit(
      QuicChannel channel,
      Connection connection,
      QuicMuxer muxer,
      Deadline deadline,
      AtomicBoolean pending) {
    try {
      register(channel, connection, muxer, prove(channel));
    } catch (IOException | RuntimeException e) {
      LOG.debug("Connection from {} came to nothing: {}", connection.address(), e.getMessage());
      channel.close(true, REFUSED, Unpooled.EMPTY_BUFFER);
    } finally {
      settle(pending);
    }
  }

  private void settle(AtomicBoolean pending) {
    if (pending.getAndSet(false)) {
      counters.settled();
    }
  }

  private PublicKey prove(QuicChannel channel) throws IOException {
    PublicKey key = tls.proven(channel);
    PeerId peer = key.peerId();
    if (!settings.allowedPeers().isEmpty() && !settings.allowedPeers().contains(peer)) {
      throw new IOException("Peer " + peer + " is not one of the peers allowed");
    }
    return key;
  }

  private void register(
      QuicChannel channel, Connection connection, QuicMuxer muxer, PublicKey remote)
      throws IOException {
    connection.ready(remote, QuicMuxer.ID, muxer);
    if (!events.connected(connection)) {
      throw new IOException("there are enough connections to peer " + connection.peer());
    }
    channel.closeFuture().addListener(closed -> events.disconnected(connection));
    muxer.start();
  }

  /** Dials; the connection is proven to lead to that peer. */
  Connection dial(PeerId peer, Multiaddr address, Deadline deadline) throws IOException {
    InetSocketAddress target = Names.target(address, deadline);
    if (!counters.dial()) {
      throw new IOException("too many connections already");
    }
    // A socket for each: peers tell connections from one socket apart, middle boxes may not.
    ChannelFuture opening =
        datagrams(common(new QuicClientCodecBuilder().sslContext(tls.client())).build())
            .bind(any(target));
    Channel socket = opening.channel();
    socket.closeFuture().addListener(closed -> counters.releaseOutbound());
    Connection connection;
    try {
      Waits.await(opening, deadline);
      connection = connect(socket, target, address.withoutPeer(), deadline);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
    try {
      QuicChannel channel = (QuicChannel) connection.channel();
      PublicKey remote = prove(channel);
      if (!remote.peerId().equals(peer)) {
        throw new IOException("peer " + remote.peerId() + " is there");
      }
      register(channel, connection, channel.pipeline().get(QuicMuxer.class), remote);
      return connection;
    } catch (IOException | RuntimeException e) {
      // The peer is told, and the socket goes with it.
      ((QuicChannel) connection.channel()).close(true, REFUSED, Unpooled.EMPTY_BUFFER);
      throw e;
    }
  }

  private Connection connect(
      Channel socket, InetSocketAddress target, Multiaddr address, Deadline deadline)
      throws IOException {
    CompletableFuture<Connection> made = new CompletableFuture<>();
    Waits.await(
        QuicChannel.newBootstrap(socket)
            .handler(
                new ChannelInitializer<QuicChannel>() {
                  @Override
                  protected void initChannel(QuicChannel channel) {
                    channel.closeFuture().addListener(closed -> socket.close());
                    Connection connection = connection(channel, address, true);
                    channel.pipeline().addLast(new QuicMuxer(channel, connection));
                    made.complete(connection);
                  }
                })
            .streamHandler(new IntoMuxer())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
            .remoteAddress(target)
            .connect(),
        deadline);
    return made.join();
  }

  private static InetSocketAddress any(InetSocketAddress target) {
    return new InetSocketAddress(target.getAddress() instanceof Inet6Address ? "::" : "0.0.0.0", 0);
  }

  private Connection connection(Channel channel, Multiaddr address, boolean outbound) {
    return new Connection(channel, address, outbound, streams, settings.limits().inboundStreams());
  }
}
