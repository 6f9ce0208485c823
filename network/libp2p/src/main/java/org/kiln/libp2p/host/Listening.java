package org.kiln.libp2p.host;

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
import org.kiln.api.net.Multiaddr.Transport;
import org.kiln.kit.net.Multiaddrs;

/** The sockets we listen on. Thread-safe. */
final class Listening {
  private record Socket(Channel channel, Transport transport) {}

  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** Listens on a socket of one transport. */
  interface Binder {
    ChannelFuture bind(InetSocketAddress socket) throws IOException;
  }

  /**
   * Listens on one more address.
   *
   * @param binder what listens for that address' transport
   * @throws IOException when it is no address of a socket, taken, or not ours
   */
  void bind(Binder binder, Multiaddr address) throws IOException {
    InetSocketAddress socket =
        address
            .socket()
            .orElseThrow(
                () ->
                    new IOException(
                        "Cannot listen on " + address + ": neither plain TCP nor QUIC, by IP"));
    ChannelFuture bound = binder.bind(socket);
    if (!bound.awaitUninterruptibly(10, TimeUnit.SECONDS) || !bound.isSuccess()) {
      throw new IOException(
          "Cannot listen on "
              + address
              + ": "
              + (bound.cause() == null ? "timed out" : bound.cause().getMessage()),
          bound.cause());
    }
    sockets.add(new Socket(bound.channel(), address.transport().orElseThrow()));
  }

  /** Where peers may find us; a wildcard stands for the addresses of all interfaces. */
  List<Multiaddr> addresses() {
    Set<Multiaddr> addresses = new LinkedHashSet<>();
    for (Socket socket : sockets) {
      InetSocketAddress local = (InetSocketAddress) socket.channel.localAddress();
      if (!local.getAddress().isAnyLocalAddress()) {
        addresses.add(Multiaddrs.of(local, socket.transport));
        continue;
      }
      for (InetAddress ip : ownAddresses()) {
        if (local.getAddress() instanceof Inet6Address || !(ip instanceof Inet6Address)) {
          addresses.add(
              Multiaddrs.of(new InetSocketAddress(ip, local.getPort()), socket.transport));
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
    sockets.forEach(socket -> socket.channel.close().awaitUninterruptibly(5, TimeUnit.SECONDS));
    sockets.clear();
  }
}
