package org.kiln.net.gossip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.PeerAllowance;
import org.kiln.core.net.PeerScore;
import org.kiln.core.net.PubSub;
import org.kiln.core.protobuf.ProtobufException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * gossipsub over the node's peer connections. Frames of a peer are read, decoded and checked on the
 * thread of its stream, one after the other: a peer that sends more than it can prove is held up by
 * its own window. The router is entered by one at a time, and never does anything slow.
 */
public final class Gossip implements NetworkProtocol, PubSub, PeerScore, AutoCloseable {
  /** What it speaks, best first. */
  static final List<String> IDS = List.of("/meshsub/1.1.0", "/meshsub/1.0.0", "/floodsub/1.0.0");

  private static final Logger LOG = LoggerFactory.getLogger(Gossip.class);
  private static final int MESH_WORTH = 20;
  private static final int MAX_TOPIC = 256;

  private final PeerNetwork network;
  private final Parameters parameters;
  private final Seqnos seqnos;
  private final StrictSign sign;
  private final Router router;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Subscriber> subscribers = new ConcurrentHashMap<>();
  private final Map<PeerId, Link> links = new ConcurrentHashMap<>();
  private final Map<PeerId, PeerStream> inbound = new HashMap<>();
  private final Map<PeerId, Integer> worth = new HashMap<>();
  private final PeerAllowance allowance = Pace.allowance();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gossip heartbeat").factory());

  /**
   * Gossip among the peers of a network; call {@link #start} when it is attached.
   *
   * @param seqnoFile where the sequence number of our messages is kept over restarts
   * @throws IOException when the file cannot be read
   */
  public Gossip(PeerNetwork network, Path seqnoFile) throws IOException {
    this(network, seqnoFile, Parameters.DEFAULT);
  }

  Gossip(PeerNetwork network, Path seqnoFile, Parameters parameters) throws IOException {
    this.network = network;
    this.parameters = parameters;
    this.seqnos =
        new Seqnos(seqnoFile, () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()));
    this.sign =
        new StrictSign(
            network.self(),
            new StrictSign.Keys() {
              @Override
              public byte[] sign(byte[] message) {
                return network.sign(message);
              }

              @Override
              public boolean verify(PeerId peer, byte[] key, byte[] message, byte[] signature) {
                return network.verify(peer, key, message, signature);
              }
            });
    this.router =
        new Router(
            network.self(),
            parameters,
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
            new SecureRandom());
  }

  /** Begins the heartbeats. */
  public Gossip start() {
    heart.scheduleWithFixedDelay(
        this::heartbeat, 100, parameters.heartbeatMs(), TimeUnit.MILLISECONDS);
    return this;
  }

  private <T> T locked(Supplier<T> call) {
    lock.lock();
    try {
      return call.get();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable call) {
    lock.lock();
    try {
      call.run();
    } finally {
      lock.unlock();
    }
  }

  private void heartbeat() {
    try {
      Map<PeerId, Integer> changed = new HashMap<>();
      Map<PeerId, Double> standings = standings();
      locked(
          () -> {
            standings.forEach(router::judged);
            router.heartbeat();
            for (PeerId peer : router.peers()) {
              int now = MESH_WORTH * router.meshesOf(peer);
              if (!Objects.equals(worth.put(peer, now), now)) {
                changed.put(peer, now);
              }
            }
            worth.keySet().retainAll(router.peers());
          });
      changed.forEach((peer, value) -> network.tag(peer, "gossip", value));
    } catch (RuntimeException e) {
      LOG.warn("A heartbeat failed", e);
    }
  }

  /** What the applications think of the peers, the worst for each; asked without the lock. */
  private Map<PeerId, Double> standings() {
    Map<PeerId, Double> standings = new HashMap<>();
    for (PeerId peer : locked(router::peers)) {
      for (Subscriber subscriber : subscribers.values()) {
        standings.merge(peer, subscriber.standing(peer), Math::min);
      }
    }
    return standings;
  }

  @Override
  public List<String> ids() {
    return IDS;
  }

  /** One, and another that takes its place. */
  @Override
  public int maxStreamsPerPeer() {
    return 2;
  }

  @Override
  public void peerReady(PeerInfo peer) {
    Link link =
        new Link(
            network,
            peer,
            IDS,
            new Link.Owner() {
              @Override
              public void opened(Link opened, String protocol, OutboundQueue queue) {
                begin(opened, protocol, queue);
              }

              @Override
              public void misused(Link misused) {
                locked(() -> router.misbehaved(misused.peer().id()));
              }

              @Override
              public void lost(Link lost) {
                locked(
                    () -> {
                      if (links.get(lost.peer().id()) == lost) {
                        router.muted(lost.peer().id());
                      }
                    });
              }
            });
    Link before = links.put(peer.id(), link);
    if (before != null) {
      before.close();
    }
    link.start();
  }

  private void begin(Link link, String protocol, OutboundQueue queue) {
    PeerInfo peer = link.peer();
    locked(
        () -> {
          if (links.get(peer.id()) == link) {
            router.arrived(
                peer.id(),
                protocol.startsWith("/meshsub/"),
                peer.outbound(),
                counted(peer.address()),
                queue);
          }
        });
  }

  /** The address that counts when many peers share it; loopback and private ones do not. */
  private static String counted(Multiaddr address) {
    InetAddress ip = address.socket().map(InetSocketAddress::getAddress).orElse(null);
    boolean counts =
        ip != null
            && !ip.isLoopbackAddress()
            && !ip.isSiteLocalAddress()
            && !ip.isLinkLocalAddress()
            && (ip.getAddress().length == 4 || (ip.getAddress()[0] & 0xfe) != 0xfc);
    return counts ? ip.getHostAddress() : null;
  }

  @Override
  public void peerGone(PeerId peer) {
    Link link = links.remove(peer);
    locked(() -> router.left(peer));
    if (link != null) {
      link.close();
    }
  }

  @Override
  public void serve(PeerStream stream) throws IOException {
    PeerId peer = stream.peer().id();
    PeerStream before = locked(() -> inbound.put(peer, stream));
    if (before != null) {
      before.reset();
    }
    try {
      byte[] frame = stream.readFrame(RpcDecoder.MAX_FRAME, Deadline.NONE);
      while (frame != null) {
        allowance.spend(peer, Pace.frame(frame.length));
        process(peer, frame);
        allowance.await(peer, network);
        frame = stream.readFrame(RpcDecoder.MAX_FRAME, Deadline.NONE);
      }
    } finally {
      locked(
          () -> {
            inbound.remove(peer, stream);
            if (!links.containsKey(peer)) {
              router.left(peer);
            }
          });
    }
  }

  private void process(PeerId peer, byte[] frame) throws IOException {
    Rpc rpc;
    try {
      rpc = RpcDecoder.decode(frame);
    } catch (ProtobufException e) {
      locked(() -> router.misbehaved(peer));
      throw e;
    }
    List<Message> fresh = locked(() -> router.receive(peer, rpc));
    double cost = (rpc.messages().size() - fresh.size()) * Pace.PASSED_OVER;
    for (Message message : fresh) {
      cost += take(peer, message);
    }
    allowance.spend(peer, cost);
  }

  /** Checks a message and has the application look at it; what that costs the peer. */
  private double take(PeerId peer, Message message) {
    PeerId author = sign.author(message);
    if (author == null) {
      locked(() -> router.invalid(peer));
      return Pace.INVALID;
    }
    if (!locked(() -> router.claim(message))) {
      return Pace.OF_USE;
    }
    switch (verdict(message, new Origin(author, peer))) {
      case ACCEPT -> {
        locked(() -> router.forward(peer, message));
        return Pace.OF_USE;
      }
      case UNHEARD -> locked(() -> router.unclaim(message));
      case REJECT -> locked(() -> router.invalid(peer));
      case IGNORE -> {}
    }
    return Pace.OF_NO_USE;
  }

  private Verdict verdict(Message message, Origin origin) {
    Subscriber subscriber = subscribers.get(message.topic());
    if (subscriber == null) {
      return Verdict.IGNORE;
    }
    try {
      return subscriber.received(origin, message.data());
    } catch (RuntimeException e) {
      LOG.warn("A message on {} could not be taken in", message.topic(), e);
      return Verdict.IGNORE;
    }
  }

  @Override
  public AutoCloseable subscribe(String topic, Subscriber subscriber) {
    if (topic.getBytes(StandardCharsets.UTF_8).length > MAX_TOPIC) {
      throw new IllegalArgumentException("A topic of more than " + MAX_TOPIC + " bytes");
    }
    if (subscribers.putIfAbsent(topic, subscriber) != null) {
      throw new IllegalStateException("Somebody has subscribed to " + topic + " already");
    }
    locked(() -> router.subscribe(topic));
    return () -> {
      if (subscribers.remove(topic, subscriber)) {
        locked(() -> router.unsubscribe(topic));
      }
    };
  }

  @Override
  public int publish(String topic, byte[] data) {
    if (data.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "A message of " + data.length + " bytes, " + MAX_BYTES + " are allowed");
    }
    Message message;
    try {
      message = sign.sign(topic, data, seqnos.next());
    } catch (IOException e) {
      LOG.error("Nothing can be published: {}", e.getMessage());
      return 0;
    }
    return locked(() -> router.publish(message));
  }

  @Override
  public List<Member> members(String topic) {
    Function<PeerId, String> protocol =
        peer -> links.containsKey(peer) ? links.get(peer).protocol() : "";
    return locked(() -> router.members(topic, protocol));
  }

  @Override
  public String name() {
    return "gossip";
  }

  @Override
  public OptionalDouble score(PeerId peer) {
    return links.containsKey(peer)
        ? OptionalDouble.of(locked(() -> router.score(peer)))
        : OptionalDouble.empty();
  }

  /** What happened since the start. */
  public Numbers numbers() {
    return locked(
        () -> {
          Router.Counts counts = router.counts();
          return new Numbers(
              router.peers().size(),
              counts.published,
              counts.received,
              counts.duplicates,
              counts.rejected,
              counts.ignored);
        });
  }

  /**
   * What happened since the start.
   *
   * @param peers peers that speak it now
   * @param published messages of our own
   * @param received messages of others that were valid and new
   * @param duplicates messages that had come already
   * @param rejected messages that were not valid
   * @param ignored messages that did not concern us, or came from peers that misbehave
   */
  public record Numbers(
      int peers, long published, long received, long duplicates, long rejected, long ignored) {}

  /** Ends the heartbeats and lets go of the peers. */
  @Override
  public void close() {
    heart.shutdownNow();
    links.values().forEach(Link::close);
    links.clear();
    locked(() -> List.copyOf(inbound.values())).forEach(PeerStream::reset);
  }
}
