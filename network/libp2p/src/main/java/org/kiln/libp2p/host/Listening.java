package org.kiln.libp2p.host;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.kiln.api.net.Multiaddr;
import org.kiln.kit.net.Multiaddrs;

/** The sockets we listen on. Thread-safe. */
final class Listening {
  private final List<Channel> sockets = new CopyOnWriteArrayList<>();

  /**
   * Listens on one more address.
   *
   * @throws IOException when it is no TCP address, taken, or not ours
   */
  void bind(ServerBootstrap template, Multiaddr address) throws IOException {
    InetSocketAddress socket =
        address
            .tcpSocket()
            .orElseThrow(() -> new IOException("Cannot listen on " + address + ": not plain TCP"));
    ChannelFuture bound = template.bind(socket);
    if (!bound.awaitUninterruptibly(10, TimeUnit.SECONDS) || !bound.isSuccess()) {
      throw new IOException(
          "Cannot listen on "
              + address
              + ": "
              + (bound.cause() == null ? "timed out" : bound.cause().getMessage()),
          bound.cause());
    }
    sockets.add(bound.channel());
  }

  /** Where peers may find us; a wildcard stands for the addresses of all interfaces. */
  List<Multiaddr> addresses() {
    Set<Multiaddr> addresses = new LinkedHashSet<>();
    for (Channel socket : sockets) {
      InetSocketAddress local = (InetSocketAddress) socket.localAddress();
      if (!local.getAddress().isAnyLocalAddress()) {
        addresses.add(Multiaddrs.ofTcp(local));
        continue;
      }
      for (InetAddress ip : ownAddresses()) {
        if (local.getAddress() instanceof Inet6Address || !(ip instanceof Inet6Address)) {
          addresses.add(Multiaddrs.ofTcp(new InetSocketAddress(ip, local.getPort())));
        }
      }
    }
    return List.copyOf(addresses);
  }

  private static List<InetAddress> ownAddresses() {
    List<InetAddress> own = new ArrayList<>();
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(ip -> !ip.isLinkLocalAddress())
          .forEach(own::add);
    } catch (SocketException e) {
      return List.of(InetAddress.getLoopbackAddress());
    }
    return own;
  }

  void close() {
    sockets.forEach(socket -> socket.close().awaitUninterruptibly(5, TimeUnit.SECONDS));
    sockets.clear();
  }
}
