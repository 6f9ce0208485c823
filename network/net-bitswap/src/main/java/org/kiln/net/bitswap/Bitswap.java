package org.kiln.net.bitswap;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.net.ContentRouting;
import org.kiln.core.net.PeerScore;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.net.bitswap.BitswapMessage.Payload;
import org.kiln.net.bitswap.BitswapMessage.Presence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bitswap: attach it to a host to serve blocks and fetch them. Thread-safe.
 *
 * @see <a href="https://specs.ipfs.tech/bitswap-protocol/">bitswap</a>
 */
public final class Bitswap implements NetworkProtocol, BlockFetcher, PeerScore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Bitswap.class);
  private static final String TAG = "bitswap";
  private static final int IN_USE = 10;

  /** Helia sends each message on a stream of its own, up to 50 at a time; so does Kubo. */
  private static final int STREAMS_PER_PEER = 64;

  private static final int DIALS = 16;
  private static final int PROVIDERS = 10;
  private static final int DROPPED_WANTS_A_POINT = 1024;
  private static final double FOR_NONSENSE = 10;
  private static final double FOR_REPETITION = 0.1;
  private static final Duration DIAL_TIME = Duration.ofSeconds(10);
  private static final Duration ROUTE_TIME = Duration.ofSeconds(20);

  private final LinkContext shared;
  private final PeerPenalties penalties;
  private final Wants wants = new Wants();
  private final Map<PeerId, PeerLink> links = new ConcurrentHashMap<>();
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final Map<PeerId, Integer> users = new ConcurrentHashMap<>();
  private final Semaphore sessionRoom;
  private final Semaphore dials = new Semaphore(DIALS);
  private final AtomicReference<ContentRouting> routing = new AtomicReference<>();
  private final Surroundings surroundings = new Surroundings();
  private volatile boolean closed;

  /** With the usual limits. */
  public Bitswap(PeerNetwork network, BlockSource source) {
    this(network, source, BitswapLimits.DEFAULT);
  }

  /**
   * On that network.
   *
   * @param source the blocks to give to peers; what is fetched is not put there
   */
  public Bitswap(PeerNetwork network, BlockSource source, BitswapLimits limits) {
    this.shared = new LinkContext(network, source, limits);
    this.sessionRoom = new Semaphore(limits.sessions(), true);
    this.penalties = new PeerPenalties(System::nanoTime);
  }

  /** Who finds further peers that have a block; null: nobody. */
  public void routeBy(ContentRouting service) {
    routing.set(service);
  }

  @Override
  public List<String> ids() {
    return ProtocolVersion.IDS;
  }

  @Override
  public int maxStreamsPerPeer() {
    return STREAMS_PER_PEER;
  }

  @Override
  public void peerReady(PeerInfo peer) {
    if (penalties.of(peer.id()) >= PeerPenalties.LIMIT) {
      shared.network.disconnect(peer.id(), "it has misbehaved lately");
      return;
    }
    link(peer.id());
    sessions.forEach(session -> session.inbox().add(new SessionInbox.Joined(peer.id())));
  }

  @Override
  public void peerGone(PeerId peer) {
    PeerLink link = links.remove(peer);
    if (link != null) {
      link.close();
      sessions.forEach(session -> session.inbox().add(new SessionInbox.Lost(peer)));
    }
  }

  private PeerLink link(PeerId peer) {
    return links.computeIfAbsent(peer, id -> new PeerLink(id, shared, this::unreachable));
  }

  private void unreachable(PeerLink link, boolean slow) {
    PeerId peer = link.peer();
    sessions.forEach(session -> session.inbox().add(new SessionInbox.Lost(peer)));
    if (slow) {
      blame(peer, FOR_NONSENSE, "it does not read what it asked for");
    }
    if (shared.network.peer(peer).isEmpty()) {
      peerGone(peer);
    }
  }

  @Override
  public void serve(PeerStream stream) throws IOException {
    PeerId peer = stream.peer().id();
    PeerLink link = link(peer);
    if (closed || penalties.of(peer) >= PeerPenalties.LIMIT) {
      throw new IOException("Not served: peer " + peer);
    }
    try {
      FrameReader frames = new FrameReader(stream, shared.largeFrames);
      for (byte[] frame; (frame = frames.next()) != null; ) {
        receive(link, BitswapMessage.decode(frame));
      }
    } catch (ProtobufException | FrameTooLongException e) {
      blame(peer, FOR_NONSENSE, e.getMessage());
      throw e;
    } finally {
      if (shared.network.peer(peer).isEmpty()) {
        // It may have come and gone without ever saying that it speaks bitswap.
        peerGone(peer);
      }
    }
  }

  private void receive(PeerLink link, BitswapMessage message) throws IOException {
    if (message.full() || !message.wants().isEmpty()) {
      int dropped = link.wanted(message.full(), message.wants());
      if (dropped > 0) {
        blame(
            link.peer(), (double) dropped / DROPPED_WANTS_A_POINT, "it wants more than is allowed");
      }
    }
    if (!message.blocks().isEmpty()) {
      receiveBlocks(link, message.blocks());
    }
    for (Presence presence : message.presences()) {
      if (link.presence(presence)) {
        SessionInbox.Said said = new SessionInbox.Said(link.peer(), presence.cid(), presence.has());
        wants.of(presence.cid()).forEach(session -> session.inbox().add(said));
      }
    }
  }

  private void receiveBlocks(PeerLink link, List<Payload> payloads) throws IOException {
    List<Block> blocks = new ArrayList<>(payloads.size());
    int unasked = 0;
    for (Payload payload : payloads) {
      Optional<Cid> cid =
          link.expects(payload.prefix()) ? payload.prefix().cid(payload.data()) : Optional.empty();
      if (cid.isPresent()) {
        blocks.add(Block.wrap(cid.get(), payload.data()));
      } else {
        unasked++;
      }
    }
    PeerLink.Accepted accepted = link.accept(blocks);
    for (Block block : accepted.wanted()) {
      shared.blocksReceived.increment();
      shared.bytesReceived.add(block.size());
      SessionInbox.Arrived arrived = new SessionInbox.Arrived(link.peer(), block);
      wants.take(block.cid()).forEach(session -> session.inbox().add(arrived));
    }
    unasked += accepted.unasked();
    shared.blocksRepeated.add(accepted.again());
    if (unasked > 0 || accepted.tooOften() > 0) {
      shared.blocksUnasked.add(unasked);
      double points = unasked + accepted.tooOften() * FOR_REPETITION;
      if (blame(link.peer(), points, "it sends blocks nobody asked for")) {
        throw new IOException("Peer " + link.peer() + " sends blocks nobody asked for");
      }
    }
  }

  /** Notes misbehaviour; answers whether that was too much and the peer is sent away. */
  private boolean blame(PeerId peer, double points, String what) {
    LOG.debug("Peer {} misbehaves: {}", peer, what);
    if (penalties.add(peer, points)) {
      shared.network.disconnect(peer, what);
      return true;
    }
    return false;
  }

  @Override
  public Optional<Block> fetch(Cid cid, Set<PeerId> hints, Deadline deadline) {
    return one(cid, hints, deadline, true);
  }

  @Override
  public Optional<Block> fetchNear(Cid cid, Set<PeerId> hints, Deadline deadline) {
    return one(cid, hints, deadline, false);
  }

  private Optional<Block> one(Cid cid, Set<PeerId> hints, Deadline deadline, boolean far) {
    List<Block> found = new ArrayList<>(1);
    fetchAll(List.of(cid), hints, deadline, found::add, far);
    return found.stream().findFirst();
  }

  @Override
  public void fetchAll(
      Collection<Cid> cids, Set<PeerId> hints, Deadline deadline, Consumer<Block> sink) {
    fetchAll(cids, hints, deadline, sink, true);
  }

  private void fetchAll(
      Collection<Cid> cids,
      Set<PeerId> hints,
      Deadline deadline,
      Consumer<Block> sink,
      boolean far) {
    Set<Cid> once = new LinkedHashSet<>(cids);
    once.removeIf(cid -> !Digests.knows(cid.hashFunction()));
    try {
      long patience = Math.min(deadline.remaining().toMillis(), TimeUnit.DAYS.toMillis(1));
      if (closed || !sessionRoom.tryAcquire(patience, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    Session session = new Session(surroundings, shared.limits.answerTime(), far);
    sessions.add(session);
    hints.forEach(this::use);
    try {
      session.run(once.iterator(), hints, deadline, sink);
    } finally {
      sessions.remove(session);
      sessionRoom.release();
      hints.forEach(this::disuse);
    }
  }

  private void use(PeerId peer) {
    users.merge(peer, 1, Integer::sum);
    shared.network.tag(peer, TAG, IN_USE);
  }

  private void disuse(PeerId peer) {
    users.computeIfPresent(
        peer,
        (id, count) -> {
          if (count > 1) {
            return count - 1;
          }
          shared.network.tag(peer, TAG, 0);
          return null;
        });
  }

  /** A block has come into the store: who waits for it gets it. */
  public void arrived(Cid cid) {
    shared.awaited.arrived(cid);
  }

  /** Whether any peer waits for a block that is not in the store. */
  public boolean isAwaited() {
    return !shared.awaited.isEmpty();
  }

  @Override
  public String name() {
    return TAG;
  }

  @Override
  public OptionalDouble score(PeerId peer) {
    double points = penalties.of(peer);
    if (points == 0 && !links.containsKey(peer)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(points == 0 ? 0 : -points);
  }

  /** What it holds and has done. */
  public BitswapCounts counts() {
    return new BitswapCounts(
        shared.blocksSent.sum(),
        shared.bytesSent.sum(),
        shared.blocksReceived.sum(),
        shared.bytesReceived.sum(),
        shared.blocksUnasked.sum(),
        shared.blocksRepeated.sum(),
        links.values().stream().mapToInt(PeerLink::debts).sum(),
        shared.awaited.size(),
        wants.size());
  }

  /** Gives nothing away any more and ends what is being fetched. */
  @Override
  public void close() {
    closed = true;
    List.copyOf(links.keySet()).forEach(this::peerGone);
    sessions.forEach(session -> session.inbox().end());
  }

  private final class Surroundings implements Session.Surroundings {
    @Override
    public PeerLink link(PeerId peer) {
      return links.get(peer);
    }

    @Override
    public Collection<PeerLink> links() {
      return links.values();
    }

    @Override
    public void register(Cid cid, Session session) {
      wants.add(cid, session);
    }

    @Override
    public void unregister(Cid cid, Session session) {
      wants.remove(cid, session);
    }

    @Override
    public boolean wanted(Cid cid) {
      return wants.contains(cid);
    }

    @Override
    public void connect(Collection<PeerId> peers) {
      peers.forEach(peer -> dial(peer, List.of()));
    }

    private void dial(PeerId peer, List<Multiaddr> addresses) {
      if (shared.network.peer(peer).isPresent() || !dials.tryAcquire()) {
        return;
      }
      Thread.ofVirtual()
          .name("bitswap dial " + peer)
          .start(
              () -> {
                try {
                  shared.network.connect(peer, addresses, Deadline.in(DIAL_TIME));
                } catch (IOException e) {
                  LOG.debug("Cannot reach {}, which may have a block: {}", peer, e.getMessage());
                } finally {
                  dials.release();
                }
              });
    }

    @Override
    public void route(Cid cid) {
      ContentRouting service = routing.get();
      if (service == null || !dials.tryAcquire()) {
        return;
      }
      Thread.ofVirtual()
          .name("bitswap route " + cid)
          .start(
              () -> {
                try {
                  service
                      .providers(cid, PROVIDERS, Deadline.in(ROUTE_TIME))
                      .forEach(
                          (peer, addresses) -> {
                            SessionInbox.Joined joined = new SessionInbox.Joined(peer);
                            wants.of(cid).forEach(session -> session.inbox().add(joined));
                            dial(peer, addresses);
                          });
                } catch (RuntimeException e) {
                  LOG.debug("Looking for providers of {} failed", cid, e);
                } finally {
                  dials.release();
                }
              });
    }
  }
}
