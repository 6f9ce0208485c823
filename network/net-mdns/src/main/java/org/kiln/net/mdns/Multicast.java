package org.kiln.net.mdns;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Discovery} on every interface of the machine that has an IPv4 address, loopback
 * included, each with a socket of its own. Interfaces that come and go are noticed within half a
 * minute.
 */
public final class Multicast implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Multicast.class);
  private static final InetSocketAddress GROUP =
      new InetSocketAddress(address(new byte[] {(byte) 224, 0, 0, (byte) 251}), Discovery.PORT);
  private static final int MAX_LINKS = 16;
  private static final int TICK_MS = 250;
  private static final int LOOK_S = 30;

  private final Function<Link, Discovery> discoveries;
  private final ScheduledExecutorService work =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("mdns").factory());
  private final Map<String, Socket> sockets = new HashMap<>();
  private final Set<String> failed = new HashSet<>();
  private volatile Set<InetAddress> own = Set.of();
  private boolean closed;

  /**
   * Opens its sockets on a thread of its own.
   *
   * @param discoveries makes what runs on a link
   */
  public Multicast(Function<Link, Discovery> discoveries) {
    this.discoveries = discoveries;
    work.scheduleWithFixedDelay(this::look, 0, LOOK_S, TimeUnit.SECONDS);
    work.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (IOException e) {
      throw new IllegalStateException("Four bytes are an address", e);
    }
  }

  /** How many interfaces are listened on. */
  public synchronized int links() {
    return sockets.size();
  }

  private synchronized void tick() {
    for (Socket socket : sockets.values()) {
      try {
        socket.discovery.tick();
      } catch (RuntimeException e) {
        LOG.warn("Multicast DNS on {} failed", socket.name, e);
      }
    }
  }

  private synchronized void look() {
    if (closed) {
      return;
    }
    try {
      Map<String, NetworkInterface> there = new HashMap<>();
      Set<InetAddress> addresses = new HashSet<>();
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        each.inetAddresses().forEach(addresses::add);
        if (isUsable(each) && there.size() < MAX_LINKS) {
          // With its addresses: an interface that got others starts anew.
          there.put(each.getName() + ' ' + ipv4(each), each);
        }
      }
      own = Set.copyOf(addresses);
      sockets
          .entrySet()
          .removeIf(
              entry -> {
                boolean gone = !there.containsKey(entry.getKey()) || !entry.getValue().isOpen();
                if (gone) {
                  entry.getValue().close();
                }
                return gone;
              });
      there.forEach(this::open);
    } catch (SocketException | RuntimeException e) {
      LOG.warn("Cannot look through the network interfaces: {}", e.getMessage());
    }
  }

  private static boolean isUsable(NetworkInterface each) throws SocketException {
    return each.isUp()
        && !each.isPointToPoint()
        // Linux loops multicast back on its loopback interface without saying so.
        && (each.supportsMulticast() || each.isLoopback())
        && !ipv4(each).isEmpty();
  }

  private static List<InterfaceAddress> ipv4(NetworkInterface each) {
    return each.getInterfaceAddresses().stream()
        .filter(address -> address.getAddress() instanceof Inet4Address)
        .toList();
  }

  private void open(String key, NetworkInterface on) {
    if (sockets.containsKey(key)) {
      return;
    }
    try {
      sockets.put(key, new Socket(on));
      failed.remove(key);
    } catch (IOException | RuntimeException e) {
      if (failed.add(key)) {
        LOG.info("Interface {} has no multicast DNS: {}", on.getName(), e.getMessage());
      }
    }
  }

  /** Closes the sockets. */
  @Override
  public void close() {
    work.shutdownNow();
    synchronized (this) {
      closed = true;
      sockets.values().forEach(Socket::close);
      sockets.clear();
    }
  }

  private final class Socket implements Link {
    private final String name;
    private final List<InterfaceAddress> networks;
    private final DatagramChannel channel;
    private final Discovery discovery;

    Socket(NetworkInterface on) throws IOException {
      this.name = on.getName();
      this.networks = ipv4(on);
      this.channel = DatagramChannel.open(StandardProtocolFamily.INET);
      try {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)
            && !System.getProperty("os.name").startsWith("Linux")) {
          // BSD and macOS share a port only so; on Linux it would split multicast between users.
          channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
        channel.bind(new InetSocketAddress(Discovery.PORT));
        channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, on);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 255);
        channel.join(GROUP.getAddress(), on);
        this.discovery = discoveries.apply(this);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      Thread.ofPlatform().daemon().name("mdns " + name).start(this::listen);
    }

    private void listen() {
      ByteBuffer buffer = ByteBuffer.allocateDirect(DnsMessage.MAX_BYTES + 1);
      try {
        while (true) {
          buffer.clear();
          InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
          byte[] packet = new byte[buffer.flip().remaining()];
          buffer.get(packet);
          discovery.receive(packet, from);
        }
      } catch (ClosedChannelException e) {
        LOG.debug("Multicast DNS on {} ends", name);
      } catch (IOException | RuntimeException e) {
        LOG.warn("Multicast DNS on {} ends: {}", name, e.toString());
        close();
      }
    }

    boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void send(byte[] packet) {
      try {
        channel.send(ByteBuffer.wrap(packet), GROUP);
      } catch (IOException e) {
        LOG.debug("Nothing can be sent on {}: {}", name, e.getMessage());
      }
    }

    @Override
    public boolean contains(InetAddress address) {
      byte[] bytes = address.getAddress();
      return networks.stream()
          .anyMatch(
              network ->
                  Subnet.contains(
                      network.getAddress().getAddress(), network.getNetworkPrefixLength(), bytes));
    }

    @Override
    public boolean isOwn(InetAddress address) {
      return address.isLoopbackAddress() || own.contains(address);
    }

    void close() {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.debug("The socket on {} did not close: {}", name, e.getMessage());
      }
    }
  }
}
