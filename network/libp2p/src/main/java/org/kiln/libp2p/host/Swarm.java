package org.kiln.libp2p.host;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.net.Multiaddrs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sockets in and out, each upgraded on a virtual thread under one deadline. Thread-safe. */
final class Swarm {
  private static final Logger LOG = LoggerFactory.getLogger(Swarm.class);
  private static final int CONNECT_MS = 5_000;
  private static final AdaptiveRecvByteBufAllocator RECEIVE =
      new AdaptiveRecvByteBufAllocator(512, 2048, 256 * 1024);
  private static final WriteBufferWaterMark WATER =
      new WriteBufferWaterMark(256 * 1024, 512 * 1024);

  /** Hears of connections. */
  interface Events {
    /** A connection stands, its peer is proven; whether it may stay. */
    boolean connected(Connection connection);

    /** A connection that was taken is gone. */
    void disconnected(Connection connection);
  }

  private final EventLoopGroup group;
  private final HostSettings settings;
  private final Upgrader upgrader;
  private final Counters counters;
  private final Connection.Owner streams;
  private final Events events;

  Swarm(
      EventLoopGroup group,
      HostSettings settings,
      Upgrader upgrader,
      Counters counters,
      Connection.Owner streams,
      Events events) {
    this.group = group;
    this.settings = settings;
    this.upgrader = upgrader;
    this.counters = counters;
    this.streams = streams;
    this.events = events;
  }

  /** For sockets that listen. */
  ServerBootstrap server() {
    return new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 256)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                accept(channel);
              }
            });
  }

  private void accept(SocketChannel channel) {
    InetSocketAddress from = channel.remoteAddress();
    if (from == null || !counters.accept(from.getAddress())) {
      channel.close();
      return;
    }
    channel.closeFuture().addListener(closed -> counters.releaseInbound(from.getAddress()));
    ChannelIo io = new ChannelIo(channel);
    channel.pipeline().addLast(io);
    Thread.ofVirtual()
        .name("libp2p accept " + from)
        .start(
            () -> {
              Deadline deadline = Deadline.in(settings.upgradeTime());
              try {
                Connection connection = connection(channel, Multiaddrs.ofTcp(from), false);
                upgrader.upgrade(channel, io, null, connection, deadline);
                register(channel, io, connection, deadline);
              } catch (IOException | RuntimeException e) {
                LOG.debug("Connection from {} came to nothing: {}", from, e.getMessage());
                channel.close();
              } finally {
                counters.settled();
              }
            });
  }

  /** Dials; the connection is proven to lead to that peer. */
  Connection dial(PeerId peer, Multiaddr address, Deadline deadline) throws IOException {
    InetSocketAddress target = Names.target(address, deadline);
    if (!counters.dial()) {
      throw new IOException("too many connections already");
    }
    AtomicBoolean counted = new AtomicBoolean(true);
    CompletableFuture<ChannelIo> opened = new CompletableFuture<>();
    ChannelFuture connecting =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    ChannelIo io = new ChannelIo(channel);
                    channel.pipeline().addLast(io);
                    opened.complete(io);
                  }
                })
            .connect(target);
    Channel channel = connecting.channel();
    channel
        .closeFuture()
        .addListener(
            closed -> {
              if (counted.getAndSet(false)) {
                counters.releaseOutbound();
              }
            });
    CompletableFuture<Void> connected = new CompletableFuture<>();
    connecting.addListener(
        done -> {
          if (done.isSuccess()) {
            connected.complete(null);
          } else {
            connected.completeExceptionally(done.cause());
          }
        });
    try {
      connected.get(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
      ChannelIo io =
          opened.get(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
      Connection connection = connection(channel, address.withoutPeer(), true);
      Deadline upgrade = Deadline.in(settings.upgradeTime());
      upgrader.upgrade(channel, io, peer, connection, upgrade);
      register(channel, io, connection, upgrade);
      return connection;
    } catch (ExecutionException e) {
      channel.close();
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      channel.close();
      throw new IOException("no answer in time", e);
    } catch (InterruptedException e) {
      channel.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private Connection connection(Channel channel, Multiaddr address, boolean outbound) {
    return new Connection(channel, address, outbound, streams, settings.limits().inboundStreams());
  }

  private void register(Channel channel, ChannelIo io, Connection connection, Deadline deadline)
      throws IOException {
    if (!events.connected(connection)) {
      throw new IOException("there are enough connections to peer " + connection.peer());
    }
    channel.closeFuture().addListener(closed -> events.disconnected(connection));
    upgrader.release(channel, io, connection, deadline);
  }
}
