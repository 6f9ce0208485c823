package org.kiln.net.mdns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.kit.net.Multiaddrs;

/**
 * Finds libp2p peers on one link and lets them find us: asks who there is, often at first and then
 * every five minutes, answers those who ask, and hears the answers. Nothing heard is believed but
 * that a peer may be worth dialling: only IPv4 addresses of the link are taken, and the dial proves
 * who is there. Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/discovery/mdns.md">libp2p mDNS</a>
 */
public final class Discovery {
  static final DnsName SERVICE = DnsName.of("_p2p", "_udp", "local");

  /** The port of multicast DNS, RFC 6762 §5. */
  public static final int PORT = 5353;

  static final int MAX_ADDRESSES = 16;
  static final int MAX_PACKETS_A_SECOND = 100;
  static final int MAX_NEW_A_MINUTE = 64;
  static final int MAX_PEERS_A_PACKET = 8;

  private static final String PREFIX = "dnsaddr=";
  private static final int MAX_TEXT = 255;

  /** Keeps an answer within one frame of Ethernet. */
  private static final int MAX_TEXTS_BYTES = 1_200;

  private static final long TTL_SECONDS = 360;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMinutes(5).toNanos();
  private static final int MAX_KNOWN = 1_024;

  private record Known(List<Multiaddr> addresses, long toldNanos) {}

  private final PeerId self;
  private final Supplier<List<Multiaddr>> listening;
  private final Link link;
  private final BiConsumer<PeerId, List<Multiaddr>> found;
  private final LongSupplier nanoTime;
  private final DnsName name;
  private final Map<PeerId, Known> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Known> eldest) {
          return size() > MAX_KNOWN;
        }
      };
  private final Rate packets;
  private final Rate newPeers;
  private long pauseNanos = SECOND;
  private long queryAt;
  private long answeredAt;
  private boolean asked;

  /**
   * Begins with the first {@link #tick}.
   *
   * @param self whose answers are not heard
   * @param listening where the node listens now; those on the link are told
   * @param found hears of peers, again when their addresses change and after a minute; must be
   *     quick
   * @param nanoTime the time in nanoseconds, from wherever
   * @param random makes the name, which is not to be guessed from the peer id
   */
  public Discovery(
      PeerId self,
      Supplier<List<Multiaddr>> listening,
      Link link,
      BiConsumer<PeerId, List<Multiaddr>> found,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.self = self;
    this.listening = listening;
    this.link = link;
    this.found = found;
    this.nanoTime = nanoTime;
    this.name = SERVICE.prepend(randomLabel(random));
    this.queryAt = nanoTime.getAsLong();
    this.answeredAt = queryAt - SECOND;
    this.packets = new Rate(MAX_PACKETS_A_SECOND, SECOND, queryAt);
    this.newPeers = new Rate(MAX_NEW_A_MINUTE, MINUTE, queryAt);
  }

  private static String randomLabel(RandomGenerator random) {
    StringBuilder label = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      label.append(Character.forDigit(random.nextInt(36), 36));
    }
    return label.toString();
  }

  /** Sends what is due; to be called several times a second. */
  public synchronized void tick() {
    long now = nanoTime.getAsLong();
    if (now - queryAt >= 0) {
      link.send(DnsMessage.query(SERVICE).encode());
      queryAt = now + pauseNanos;
      pauseNanos = Math.min(LONGEST_PAUSE, pauseNanos * 2);
      // Our own question is answered as well, whether or not the interface loops it back.
      asked = true;
    }
    answer(now);
  }

  /** Takes in a packet; anything may be in it. */
  public synchronized void receive(byte[] packet, InetSocketAddress from) {
    long now = nanoTime.getAsLong();
    InetAddress source = from.getAddress();
    if (source == null || !link.contains(source) && !link.isOwn(source) || !packets.take(now)) {
      return;
    }
    DnsMessage message;
    try {
      message = DnsMessage.decode(packet);
    } catch (DnsException e) {
      return;
    }
    if (!message.response()) {
      asked |= message.questions().stream().anyMatch(Discovery::asksForPeers);
      answer(now);
    } else if (from.getPort() == PORT) {
      // RFC 6762 §6: answers of other ports are not to be believed.
      hear(message, link.isOwn(source), now);
    }
  }

  private static boolean asksForPeers(DnsMessage.Question question) {
    return question.name().equals(SERVICE)
        && (question.type() == DnsMessage.PTR || question.type() == DnsMessage.ANY);
  }

  /** Answers all who have asked at once, and once a second at most (RFC 6762 §6). */
  private void answer(long now) {
    if (!asked || now - answeredAt < SECOND) {
      return;
    }
    asked = false;
    List<String> texts = texts();
    if (texts.isEmpty()) {
      return;
    }
    answeredAt = now;
    DnsMessage message =
        new DnsMessage(
            true,
            List.of(),
            List.of(
                new DnsMessage.Pointer(SERVICE, TTL_SECONDS, name),
                new DnsMessage.Texts(name, TTL_SECONDS, texts)));
    link.send(message.encode());
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    int bytes = 0;
    for (Multiaddr address : listening.get()) {
      if (address.socket().filter(socket -> link.contains(socket.getAddress())).isEmpty()) {
        continue;
      }
      String text = PREFIX + address.withPeer(self);
      bytes += 1 + text.length();
      if (text.length() > MAX_TEXT || bytes > MAX_TEXTS_BYTES || texts.size() == MAX_ADDRESSES) {
        break;
      }
      texts.add(text);
    }
    return texts;
  }

  private void hear(DnsMessage message, boolean fromHere, long now) {
    Set<DnsName> named = new LinkedHashSet<>();
    for (DnsMessage.Entry entry : message.records()) {
      if (entry instanceof DnsMessage.Pointer pointer
          && pointer.name().equals(SERVICE)
          && pointer.ttlSeconds() > 0
          && !pointer.target().equals(name)) {
        named.add(pointer.target());
      }
    }
    Map<PeerId, Set<Multiaddr>> peers = new LinkedHashMap<>();
    for (DnsMessage.Entry entry : message.records()) {
      if (entry instanceof DnsMessage.Texts texts
          && texts.ttlSeconds() > 0
          && named.contains(texts.name())) {
        texts.texts().forEach(text -> note(text, fromHere, peers));
      }
    }
    peers.forEach((peer, addresses) -> tell(peer, List.copyOf(addresses), now));
  }

  private void note(String text, boolean fromHere, Map<PeerId, Set<Multiaddr>> peers) {
    if (!text.startsWith(PREFIX)) {
      return;
    }
    Multiaddr address;
    try {
      address =
          Multiaddrs.parse(
              new String(
                  text.substring(PREFIX.length()).getBytes(StandardCharsets.ISO_8859_1),
                  StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return;
    }
    PeerId peer = address.peer().orElse(self);
    if (peer.equals(self) || !isNear(address, fromHere)) {
      return;
    }
    if (!peers.containsKey(peer) && peers.size() == MAX_PEERS_A_PACKET) {
      return;
    }
    Set<Multiaddr> addresses = peers.computeIfAbsent(peer, id -> new LinkedHashSet<>());
    if (addresses.size() < MAX_ADDRESSES) {
      addresses.add(address.withoutPeer());
    }
  }

  /**
   * Whether it is an address of the link, or a loopback address told by another process of this
   * machine: no other machine can send packets in our own name.
   */
  private boolean isNear(Multiaddr address, boolean fromHere) {
    return address
        .socket()
        .filter(socket -> socket.getPort() != 0)
        .map(InetSocketAddress::getAddress)
        .filter(ip -> ip.isLoopbackAddress() ? fromHere : link.contains(ip))
        .isPresent();
  }

  private void tell(PeerId peer, List<Multiaddr> addresses, long now) {
    Known before = known.get(peer);
    if (before != null && before.addresses.equals(addresses) && now - before.toldNanos < MINUTE) {
      return;
    }
    if (!newPeers.take(now)) {
      return;
    }
    known.put(peer, new Known(addresses, now));
    found.accept(peer, addresses);
  }

  /** At most so many in each stretch of time. */
  private static final class Rate {
    private final int most;
    private final long span;
    private long since;
    private int taken;

    Rate(int most, long span, long now) {
      this.most = most;
      this.span = span;
      this.since = now;
    }

    boolean take(long now) {
      if (now - since >= span) {
        since = now;
        taken = 0;
      }
      return taken < most && ++taken > 0;
    }
  }
}
