package org.kiln.net.recon;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.PeerAllowance;
import org.kiln.core.net.PeerScore;
import org.kiln.core.node.Durations;
import org.kiln.net.recon.talk.Initiator;
import org.kiln.net.recon.talk.Responder;
import org.kiln.net.recon.talk.Space;
import org.kiln.net.recon.talk.Talk;
import org.kiln.net.recon.talk.Toll;
import org.kiln.net.recon.wire.MessageCounts;
import org.kiln.net.recon.wire.ReconException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recon among the peers of a network. Who has dialled begins, space by space, one conversation at a
 * time, and again an interval after it has ended; the other side answers. Thread-safe.
 */
public final class Recon implements NetworkProtocol, PeerScore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recon.class);
  private static final int WORTH = 5;
  private static final Duration OPEN_TIME = Duration.ofSeconds(10);

  /**
   * What a peer may have us do, reckoned in messages: a range costs {@link Toll#RANGE} of them.
   * What is beyond it waits in its window.
   */
  private static final double PER_SECOND = 20_000;

  private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The first failures in a row are told louder than those that go on. */
  private static final int LOUD_FAILURES = 3;

  private final PeerNetwork network;
  private final ReconSettings settings;
  private final List<Space> spaces;
  private final PeerBook book;
  private final BlockedPeers blocked;
  private final PeerAllowance allowance = new PeerAllowance(PER_SECOND, 2 * PER_SECOND);
  private final Map<PeerId, Thread> initiating = new ConcurrentHashMap<>();
  private final Set<PeerStream> underWay = ConcurrentHashMap.newKeySet();
  private final LongAdder conversations = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder bad = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final MessageCounts messages = new MessageCounts();
  private final Durations took = Durations.doubling(Duration.ofMillis(5), 20);
  private final AtomicInteger talking = new AtomicInteger();
  private volatile boolean closed;

  /**
   * To be attached to the network.
   *
   * @param spaces what is talked about, the first one first
   */
  public Recon(PeerNetwork network, List<Space> spaces, ReconSettings settings) {
    this(network, spaces, settings, new BlockedPeers(settings.blocked(), Set.of()));
  }

  /**
   * The same with peers that are blocked and may be others later.
   *
   * @param blocked in the place of those of the settings
   */
  public Recon(
      PeerNetwork network, List<Space> spaces, ReconSettings settings, BlockedPeers blocked) {
    this.blocked = blocked;
    this.network = network;
    this.spaces = List.copyOf(spaces);
    this.settings = settings;
    this.book = new PeerBook(settings, System::nanoTime);
  }

  @Override
  public List<String> ids() {
    return spaces.stream()
        .flatMap(space -> Stream.of(space.ownProtocol(), space.protocol()))
        .toList();
  }

  @Override
  public int maxStreamsPerPeer() {
    return 4;
  }

  @Override
  public String name() {
    return "recon";
  }

  @Override
  public OptionalDouble score(PeerId peer) {
    return book.score(peer);
  }

  /** Numbers for metrics. */
  public ReconCounts counts() {
    return new ReconCounts(
        conversations.sum(),
        failures.sum(),
        refused.sum(),
        received.sum(),
        bad.sum(),
        sent.sum(),
        bytesIn.sum(),
        bytesOut.sum(),
        talking.get());
  }

  /** Peers with whom a space was the same when they were last talked to. */
  public int inSync(Space space) {
    return book.inSync(space);
  }

  /** How many messages of each kind. */
  public MessageCounts messages() {
    return messages;
  }

  /** How long the conversations took that came to their ends. */
  public Durations took() {
    return took;
  }

  /** How it stands with the peers that were talked to, for operators. */
  public List<PeerStanding> standings() {
    return book.shown();
  }

  /** Has nothing said to a peer from now on; what is under way with it ends. */
  public void block(PeerId peer) {
    blocked.add(peer);
    peerGone(peer);
    network.tag(peer, "recon", 0);
    underWay.stream().filter(stream -> stream.peer().id().equals(peer)).forEach(PeerStream::reset);
  }

  /**
   * Talks to a peer again, unless the settings forbid that. With one that was not blocked all goes
   * on as it does.
   *
   * @return whether it was
   */
  public boolean unblock(PeerId peer) {
    boolean was = blocked.remove(peer);
    if (was) {
      network.peer(peer).ifPresent(this::peerReady);
    }
    return was;
  }

  // --- as responder ------------------------------------------------------------------------------

  @Override
  public void serve(PeerStream stream) throws IOException {
    PeerId peer = stream.peer().id();
    Space space = space(stream.protocol());
    if (closed || blocked.has(peer) || !book.begins(peer, space)) {
      refused.increment();
      stream.reset();
      return;
    }
    talking.incrementAndGet();
    long begun = System.nanoTime();
    long version = space.version();
    Offered.Round offers = book.offers(peer, space);
    try {
      begin(stream);
      Responder responder =
          new Responder(stream, space, offers, settings.limits(), toll(peer), messages);
      ended(stream, space, version, offers, responder.run());
      took.add(Duration.ofNanos(System.nanoTime() - begun));
    } catch (IOException | RuntimeException e) {
      failed(peer, space, offers, e);
      throw e;
    } finally {
      talking.decrementAndGet();
      underWay.remove(stream);
      book.over(peer, space);
    }
  }

  private Space space(String protocol) throws IOException {
    return spaces.stream()
        .filter(space -> space.protocol().equals(protocol) || space.ownProtocol().equals(protocol))
        .findFirst()
        .orElseThrow(() -> new IOException("No space is spoken of by " + protocol));
  }

  // --- as initiator ------------------------------------------------------------------------------

  @Override
  public void peerReady(PeerInfo peer) {
    if (closed || blocked.has(peer.id())) {
      return;
    }
    network.tag(peer.id(), "recon", WORTH);
    Thread thread =
        Thread.ofVirtual().name("recon with " + peer.id()).unstarted(() -> initiate(peer.id()));
    Thread before = initiating.put(peer.id(), thread);
    if (before != null) {
      before.interrupt();
    }
    thread.start();
  }

  @Override
  public void peerGone(PeerId peer) {
    Thread thread = initiating.remove(peer);
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void initiate(PeerId peer) {
    try {
      while (!closed && !blocked.has(peer) && initiating.get(peer) == Thread.currentThread()) {
        for (Space space : spaces) {
          if (book.dueIn(peer, space) <= 0 && isOurs(peer, space)) {
            converse(peer, space);
          }
        }
        TimeUnit.NANOSECONDS.sleep(lookAgainIn(peer));
      }
    } catch (InterruptedException e) {
      // The peer is gone, or the node: nothing is left to do.
      Thread.currentThread().interrupt();
    }
  }

  /** What is new is seen as soon as a conversation may follow the last one. */
  private long lookAgainIn(PeerId peer) {
    long wait = Math.min(LOOK_AGAIN_NANOS, settings.interval().toNanos());
    for (Space space : spaces) {
      long due = book.dueIn(peer, space);
      wait = due > 0 ? Math.min(wait, due) : wait;
    }
    return Math.max(wait, TimeUnit.MILLISECONDS.toNanos(1));
  }

  /**
   * Whether we are to begin: we have dialled, or who has dialled says nothing, as when each of two
   * thinks that the other one's connection is used; or a peer of our make counts on us to tell what
   * is new here. Without an interest there is nothing to ask.
   */
  private boolean isOurs(PeerId peer, Space space) {
    return !book.isHeard(peer, space)
        && network
            .peer(peer)
            .filter(
                info -> info.protocols().isEmpty() || info.protocols().contains(space.protocol()))
            .filter(
                info ->
                    info.outbound()
                        || book.silentFor(peer, space) > settings.unasked().toNanos()
                        || isOwn(info, space) && book.hasNewsFor(peer, space))
            .filter(info -> !space.interests().isEmpty())
            .isPresent();
  }

  private static boolean isOwn(PeerInfo peer, Space space) {
    return peer.protocols().contains(space.ownProtocol());
  }

  private void converse(PeerId peer, Space space) {
    talking.incrementAndGet();
    long begun = System.nanoTime();
    long version = space.version();
    Offered.Round offers = book.offers(peer, space);
    try {
      boolean own = network.peer(peer).filter(info -> isOwn(info, space)).isPresent();
      String protocol = own ? space.ownProtocol() : space.protocol();
      PeerStream stream = network.open(peer, List.of(protocol), Deadline.in(OPEN_TIME));
      try {
        begin(stream);
        Initiator initiator =
            new Initiator(stream, space, offers, settings.limits(), toll(peer), messages);
        ended(stream, space, version, offers, initiator.run());
        took.add(Duration.ofNanos(System.nanoTime() - begun));
      } finally {
        underWay.remove(stream);
      }
    } catch (IOException | RuntimeException e) {
      failed(peer, space, offers, e);
    } finally {
      talking.decrementAndGet();
    }
  }

  // --- both --------------------------------------------------------------------------------------

  /** Whoever blocks a peer ends what is under way: what was not yet sees for itself. */
  private void begin(PeerStream stream) throws IOException {
    underWay.add(stream);
    if (blocked.has(stream.peer().id())) {
      stream.reset();
      throw new IOException("The peer is blocked");
    }
  }

  private Toll toll(PeerId peer) {
    return units -> {
      allowance.spend(peer, units);
      if (allowance.waits(peer) > 0) {
        allowance.await(peer, network);
      }
    };
  }

  private void ended(
      PeerStream stream, Space space, long version, Offered.Round offers, Talk talk) {
    PeerId peer = stream.peer().id();
    offers.over(false);
    if (talk.same() && talk.common() > 0) {
      offers.same();
    }
    conversations.increment();
    received.add(talk.taken().fresh());
    bad.add(talk.taken().bad());
    sent.add(talk.sent());
    bytesIn.add(talk.bytesIn());
    bytesOut.add(talk.bytesOut());
    book.ended(peer, space, talk, version, stream.protocol().equals(space.ownProtocol()));
    talk.complaint()
        .ifPresent(
            why ->
                LOG.debug("{} values of peer {} are refused: {}", talk.taken().bad(), peer, why));
  }

  private void failed(PeerId peer, Space space, Offered.Round offers, Exception e) {
    if (closed
        || blocked.has(peer)
        || !(e instanceof ReconException) && network.peer(peer).isEmpty()) {
      // We have ended it, or its connection is gone: nobody's fault.
      return;
    }
    boolean gave = offers.over(true);
    failures.increment();
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    int times = book.failed(peer, space, why, gave);
    if (times == LOUD_FAILURES) {
      LOG.info("Recon with peer {} fails, it is asked less often: {}", peer, why);
    } else {
      LOG.debug("Recon with peer {} about {} failed", peer, space.protocol(), e);
    }
    if (e instanceof RuntimeException) {
      LOG.warn("Recon with peer {} about {} failed", peer, space.protocol(), e);
    }
  }

  /** Begins nothing more; what is under way ends with its streams. */
  @Override
  public void close() {
    closed = true;
    initiating.values().forEach(Thread::interrupt);
    initiating.clear();
  }
}
