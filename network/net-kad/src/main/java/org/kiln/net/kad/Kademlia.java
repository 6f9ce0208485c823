package org.kiln.net.kad;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Varint;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.ContentRouting;
import org.kiln.core.net.PeerAllowance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kademlia. As a server attach it to a host; as a client do not: it only asks then. Call {@link
 * #tick} every few seconds. Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/kad-dht/README.md">kad-dht</a>
 */
public final class Kademlia implements NetworkProtocol, ContentRouting {
  private static final Logger LOG = LoggerFactory.getLogger(Kademlia.class);
  private static final int STREAMS_PER_PEER = 16;
  private static final int QUESTIONS_PER_SECOND = 200;
  private static final int QUESTIONS_AT_ONCE = 2_000;
  private static final int REPLICATION = 20;
  private static final int NEAREST = 3;
  private static final int MAX_OWN = 10_000;
  private static final int TRIES_FOR_A_KEY = 1 << 20;
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final long STALE_NANOS = Duration.ofMinutes(5).toNanos();

  private final PeerNetwork network;
  private final KadSettings settings;
  private final KadKey self;
  private final RoutingTable table;
  private final ProviderStore providers;
  private final Random random = new Random();
  private final PeerAllowance allowance =
      new PeerAllowance(QUESTIONS_PER_SECOND, QUESTIONS_AT_ONCE);
  private final AtomicLong served = new AtomicLong();
  private final Map<ByteBuffer, Boolean> own =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
          return size() > MAX_OWN;
        }
      };

  /**
   * On that network.
   *
   * @param providers where claims of others are kept; may be shared
   */
  public Kademlia(PeerNetwork network, KadSettings settings, ProviderStore providers) {
    this.network = network;
    this.settings = settings;
    this.self = KadKey.of(network.self());
    this.table = new RoutingTable(self, System::nanoTime);
    this.providers = providers;
  }

  @Override
  public List<String> ids() {
    return List.of(settings.protocol());
  }

  @Override
  public int maxStreamsPerPeer() {
    return STREAMS_PER_PEER;
  }

  @Override
  public void peerReady(PeerInfo peer) {
    heard(peer);
  }

  private void heard(PeerInfo peer) {
    // Who has only dialled us may not be reachable; one that says where it listens probably is.
    if (peer.outbound() || !network.addressesOf(peer.id()).isEmpty()) {
      heard(peer.id(), peer.address());
    }
  }

  private void heard(PeerId peer, Multiaddr address) {
    if (settings.scope().admits(address)) {
      table.heard(peer, List.of(address));
    }
  }

  /** Takes connected servers into the table. */
  public void tick() {
    for (PeerInfo peer : network.peers()) {
      if (peer.protocols().contains(settings.protocol())) {
        heard(peer);
      }
    }
  }

  /** Pings the peers that were silent for long, and fills what is not full. */
  public void refresh() {
    for (PeerId peer : table.silent(STALE_NANOS)) {
      try {
        ask(known(peer), KadMessage.question(KadMessage.Type.FIND_NODE, peer.bytes()));
      } catch (IOException e) {
        LOG.debug("Peer {} does not answer: {}", peer, e.getMessage());
      }
    }
    lookup(network.self().bytes());
    for (int prefix : table.lacking()) {
      lookup(keyWithPrefix(prefix));
    }
  }

  private byte[] keyWithPrefix(int prefix) {
    byte[] multihash = new byte[34];
    for (int i = 0; i < TRIES_FOR_A_KEY; i++) {
      random.nextBytes(multihash);
      multihash[0] = (byte) Cid.SHA2_256;
      multihash[1] = 32;
      if (KadKey.of(multihash).commonPrefix(self) == prefix) {
        break;
      }
    }
    return multihash;
  }

  private void lookup(byte[] key) {
    closest(key, NEAREST, KadMessage.Type.FIND_NODE, Deadline.in(settings.lookupTime()));
  }

  private KadPeer known(PeerId peer) {
    return new KadPeer(peer, network.addressesOf(peer));
  }

  private List<KadPeer> seeds(byte[] key) {
    tick();
    return table.closest(KadKey.of(key), REPLICATION).stream().map(this::known).toList();
  }

  private List<KadPeer> closest(byte[] key, int wanted, KadMessage.Type type, Deadline deadline) {
    Lookup lookup =
        new Lookup(
            KadMessage.question(type, key), network.self(), seeds(key), this::ask, answer -> false);
    return lookup.run(wanted, deadline);
  }

  /** Asks one peer, and learns from what it says. */
  private KadMessage ask(KadPeer peer, KadMessage question) throws IOException {
    Deadline deadline = Deadline.in(settings.answerTime());
    try (PeerStream stream = open(peer, deadline)) {
      stream.writeFrame(question.encode(), deadline);
      byte[] frame = stream.readFrame(KadMessage.MAX_BYTES, deadline);
      if (frame == null) {
        throw new IOException("Peer " + peer.id() + " answers nothing");
      }
      KadMessage answer = KadMessage.decode(frame);
      answer.closer().forEach(this::learn);
      heard(peer.id(), stream.peer().address());
      return answer;
    } catch (IOException e) {
      table.failed(peer.id());
      throw e;
    }
  }

  private void learn(KadPeer peer) {
    network.learn(peer.id(), peer.addresses());
  }

  private PeerStream open(KadPeer peer, Deadline deadline) throws IOException {
    network.connect(peer.id(), peer.addresses(), deadline);
    return network.open(peer.id(), ids(), deadline);
  }

  /**
   * Finds out where a peer may be dialled.
   *
   * @return its addresses, hearsay; empty when nobody knows any
   */
  public List<Multiaddr> find(PeerId peer, Deadline deadline) {
    List<Multiaddr> known = network.addressesOf(peer);
    if (!known.isEmpty()) {
      return known;
    }
    Lookup lookup =
        new Lookup(
            KadMessage.question(KadMessage.Type.FIND_NODE, peer.bytes()),
            network.self(),
            seeds(peer.bytes()),
            this::ask,
            answer -> answer.closer().stream().anyMatch(closer -> closer.id().equals(peer)));
    lookup.run(NEAREST, within(deadline));
    return network.addressesOf(peer);
  }

  private Deadline within(Deadline deadline) {
    long most = settings.lookupTime().toMillis();
    return deadline.remaining().toMillis() < most ? deadline : Deadline.in(settings.lookupTime());
  }

  @Override
  public Map<PeerId, List<Multiaddr>> providers(Cid cid, int max, Deadline deadline) {
    byte[] key = multihash(cid);
    Map<PeerId, List<Multiaddr>> found = new LinkedHashMap<>();
    if (key.length > KadMessage.MAX_KEY) {
      return found;
    }
    collect(providers.of(key), found, max);
    if (found.size() < max) {
      Lookup lookup =
          new Lookup(
              KadMessage.question(KadMessage.Type.GET_PROVIDERS, key),
              network.self(),
              seeds(key),
              this::ask,
              answer -> collect(answer.providers(), found, max));
      lookup.run(NEAREST, within(deadline));
    }
    synchronized (found) {
      return new LinkedHashMap<>(found);
    }
  }

  private boolean collect(Collection<KadPeer> peers, Map<PeerId, List<Multiaddr>> found, int max) {
    synchronized (found) {
      for (KadPeer peer : peers) {
        if (!peer.id().equals(network.self())
            && (found.size() < max || found.containsKey(peer.id()))) {
          found.merge(peer.id(), peer.addresses(), (one, other) -> one.isEmpty() ? other : one);
        }
      }
      return found.size() >= max;
    }
  }

  @Override
  public int provide(Cid cid, Deadline deadline) {
    byte[] key = multihash(cid);
    if (key.length > KadMessage.MAX_KEY) {
      return 0;
    }
    synchronized (own) {
      own.put(ByteBuffer.wrap(key), true);
    }
    KadMessage claim =
        new KadMessage(KadMessage.Type.ADD_PROVIDER, key, List.of(), List.of(myself()));
    AtomicInteger told = new AtomicInteger();
    List<Thread> telling = new ArrayList<>();
    for (KadPeer peer : closest(key, REPLICATION, KadMessage.Type.FIND_NODE, within(deadline))) {
      telling.add(
          Thread.ofVirtual()
              .name("kad provide")
              .start(
                  () -> {
                    if (tell(peer, claim)) {
                      told.incrementAndGet();
                    }
                  }));
    }
    try {
      for (Thread thread : telling) {
        thread.join(
            Duration.ofMillis(Math.max(1, Math.min(60_000, deadline.remaining().toMillis()))));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return told.get();
  }

  private boolean tell(KadPeer peer, KadMessage claim) {
    Deadline deadline = Deadline.in(settings.answerTime());
    // No answer comes to this one, from go, js or rust.
    try (PeerStream stream = open(peer, deadline)) {
      stream.writeFrame(claim.encode(), deadline);
      return true;
    } catch (IOException e) {
      LOG.debug("Peer {} was not told: {}", peer.id(), e.getMessage());
      return false;
    }
  }

  private KadPeer myself() {
    return new KadPeer(network.self(), settings.scope().own(network.addresses()));
  }

  private static byte[] multihash(Cid cid) {
    byte[] bytes = cid.bytes();
    if (cid.version() == 0) {
      return bytes;
    }
    int codec = Varint.read(bytes, 0).next();
    return Arrays.copyOfRange(bytes, Varint.read(bytes, codec).next(), bytes.length);
  }

  @Override
  public void serve(PeerStream stream) throws IOException {
    if (!settings.scope().admits(stream.peer().address())) {
      throw new IOException("This is a matter of the local network");
    }
    while (true) {
      byte[] frame = stream.readFrame(KadMessage.MAX_BYTES, Deadline.in(SILENCE));
      if (frame == null) {
        return;
      }
      allowance.spend(stream.peer().id(), 1);
      allowance.await(stream.peer().id(), network);
      KadMessage question = KadMessage.decode(frame);
      served.incrementAndGet();
      if (question.type() == KadMessage.Type.ADD_PROVIDER) {
        note(question, stream.peer());
      } else {
        stream.writeFrame(
            answer(question, stream.peer()).encode(), Deadline.in(settings.answerTime()));
      }
    }
  }

  /** What to say to a peer that asks. */
  private KadMessage answer(KadMessage question, PeerInfo asker) throws IOException {
    byte[] key = question.key();
    if (question.type() == KadMessage.Type.PING) {
      return question;
    } else if (question.type() == KadMessage.Type.PUT_VALUE) {
      throw new IOException("Values are not kept here");
    } else if (key.length == 0) {
      throw new IOException("A question without a key");
    }
    List<KadPeer> found =
        question.type() == KadMessage.Type.GET_PROVIDERS ? providersOf(key, asker) : List.of();
    return new KadMessage(
        question.type(),
        key,
        told(closer(question, asker.id()), asker).limit(REPLICATION).toList(),
        found);
  }

  /** With the addresses that are the asker's business; without any a peer is left out. */
  private Stream<KadPeer> told(List<KadPeer> peers, PeerInfo asker) {
    return peers.stream()
        .map(
            peer ->
                new KadPeer(peer.id(), settings.scope().told(peer.addresses(), asker.address())))
        .filter(peer -> !peer.addresses().isEmpty());
  }

  private List<KadPeer> providersOf(byte[] key, PeerInfo asker) {
    List<KadPeer> found = new ArrayList<>();
    KadPeer myself = myself();
    synchronized (own) {
      if (own.containsKey(ByteBuffer.wrap(key)) && !myself.addresses().isEmpty()) {
        found.add(myself);
      }
    }
    told(providers.of(key), asker).forEach(found::add);
    return found;
  }

  private List<KadPeer> closer(KadMessage question, PeerId asker) {
    List<KadPeer> closer = new ArrayList<>(REPLICATION + 1);
    if (question.type() == KadMessage.Type.FIND_NODE) {
      target(question.key())
          .filter(id -> !id.equals(asker))
          .map(this::known)
          .ifPresent(closer::add);
    }
    for (PeerId peer : table.closest(KadKey.of(question.key()), REPLICATION + 1)) {
      if (!peer.equals(asker) && closer.stream().noneMatch(known -> known.id().equals(peer))) {
        closer.add(known(peer));
      }
    }
    return closer;
  }

  private Optional<PeerId> target(byte[] key) {
    try {
      return Optional.of(PeerId.of(key)).filter(id -> !id.equals(network.self()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void note(KadMessage claim, PeerInfo sender) throws IOException {
    if (claim.key().length == 0) {
      throw new IOException("A provider of nothing");
    }
    for (KadPeer provider : claim.providers()) {
      // Nobody may speak for others.
      if (provider.id().equals(sender.id()) && !provider.addresses().isEmpty()) {
        learn(provider);
        providers.add(claim.key(), provider.id(), provider.addresses());
      }
    }
  }

  /** Takes a peer into the table unseen, as only a liar would; for tests. */
  void pretend(PeerId peer, List<Multiaddr> addresses) {
    table.heard(peer, addresses);
  }

  /** Servers in the routing table. */
  public int tableSize() {
    return table.size();
  }

  /** Questions of others that were answered. */
  public long servedCount() {
    return served.get();
  }
}
