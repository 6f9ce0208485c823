package org.kiln.libp2p.host;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.quic.Certificates;
import org.kiln.libp2p.quic.Waits;

/** Dials as QUIC peers do, and then does whatever a test wants. */
final class RawQuic implements AutoCloseable {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final HostKey key = HostKey.random();

  HostKey key() {
    return key;
  }

  /** Begins to dial; what comes of it is the caller's to see. */
  Future<QuicChannel> dial(InetSocketAddress target, Certificates certificate) throws IOException {
    Channel socket =
        new Bootstrap()
            .group(group)
            .channel(NioDatagramChannel.class)
            .handler(
                new QuicClientCodecBuilder()
                    .sslContext(certificate.handshake(key).client())
                    .maxIdleTimeout(60, TimeUnit.SECONDS)
                    .initialMaxData(1 << 20)
                    .initialMaxStreamDataBidirectionalLocal(1 << 20)
                    .initialMaxStreamDataBidirectionalRemote(1 << 20)
                    .initialMaxStreamsBidirectional(100)
                    .build())
            .bind(new InetSocketAddress("127.0.0.1", 0))
            .syncUninterruptibly()
            .channel();
    return QuicChannel.newBootstrap(socket)
        .handler(new ChannelInboundHandlerAdapter())
        .streamHandler(new ChannelInboundHandlerAdapter())
        .remoteAddress(target)
        .connect();
  }

  /** A connection whose handshake is done, on this side at least. */
  QuicChannel connect(Host host, Certificates certificate) throws IOException {
    return Waits.await(dial(address(host), certificate), Hosts.soon());
  }

  static QuicStreamChannel open(QuicChannel channel) throws IOException {
    return Waits.await(
        channel.createStream(
            QuicStreamType.BIDIRECTIONAL,
            new ChannelInboundHandlerAdapter() {
              @Override
              public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                // Resets by the host are what some tests are after.
                context.close();
              }
            }),
        Hosts.soon());
  }

  static InetSocketAddress address(Host host) {
    return host.addresses().get(0).socket().orElseThrow();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
