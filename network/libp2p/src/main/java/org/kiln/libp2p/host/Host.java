package org.kiln.libp2p.host;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.lending.Rank;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.libp2p.identify.PeerRecord;
import org.kiln.libp2p.key.Ed25519Check;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.key.PublicKey;
import org.kiln.libp2p.mux.MuxStream;
import org.kiln.libp2p.ping.Ping;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A libp2p host: peers, connections, streams, and the protocols attached to them. Make one, attach
 * protocols, {@link #start} it. Thread-safe.
 */
public final class Host implements PeerNetwork, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Host.class);
  private static final int TICK_MS = 2_000;
  private static final int CONFIGURED = 1_000;

  /** Keeps a connection that is idle; less than anybody's who is of use. */
  private static final int BOOTSTRAP = 1;

  private final HostKey key;
  private final HostSettings settings;
  private final EventLoopGroup group;
  private final boolean ownGroup;
  private final Counters counters;
  private final Peers peers;
  private final AddressBook addressBook;
  private final KeptAddresses keptAddresses;
  private final Protocols protocols = new Protocols();
  private final ProtocolStreams streams = new ProtocolStreams(protocols);
  private final Identification identification;
  private final Transports transports;
  private final Dialler dialler;
  private final Listening listening = new Listening();
  private final AtomicBoolean pushPlanned = new AtomicBoolean();
  private final AtomicLong attached = new AtomicLong();
  private volatile Ed25519Check ed25519 = Ed25519Check.JAVA;
  private volatile boolean running;
  private volatile Bootstrap bootstrap = Bootstrap.NONE;
  private Future<?> ticking;

  /** A host with event loops of its own. */
  public Host(HostKey key, HostSettings settings) {
    this(key, settings, null);
  }

  /**
   * A host, perhaps on event loops that others use as well.
   *
   * @param shared event loops that outlive the host; null for its own
   */
  public Host(HostKey key, HostSettings settings, EventLoopGroup shared) {
    this(key, settings, shared, QuicSource.NATIVE);
  }

  Host(HostKey key, HostSettings settings, EventLoopGroup shared, QuicSource quic) {
    this.key = key;
    this.settings = settings;
    this.ownGroup = shared == null;
    this.group =
        ownGroup
            ? new MultiThreadIoEventLoopGroup(
                Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4),
                new DefaultThreadFactory("libp2p", true),
                NioIoHandler.newFactory())
            : shared;
    this.counters = new Counters(settings.limits());
    this.peers = new Peers(settings.limits().perPeer());
    this.addressBook = new AddressBook(settings.reach());
    this.keptAddresses = new KeptAddresses(addressBook);
    this.identification =
        new Identification(
            key,
            settings.agent(),
            this::addresses,
            protocols::ids,
            addressBook,
            connection -> refresh(connection.peer()));
    this.transports =
        new Transports(
            key,
            group,
            settings,
            counters,
            new Connection.Owner() {
              @Override
              public boolean opened(Connection connection, MuxStream stream) {
                return accept(connection, stream);
              }

              @Override
              public void gone(Connection connection, MuxStream stream) {
                protocols.forget(stream);
                if (!stream.outbound()) {
                  counters.releaseStream();
                }
              }

              @Override
              public void silent(Connection connection) {
                probe(connection);
              }
            },
            new Swarm.Events() {
              @Override
              public boolean connected(Connection connection) {
                return take(connection);
              }

              @Override
              public void disconnected(Connection connection) {
                peers.remove(connection);
                refresh(connection.peer());
                LOG.debug("Connection {} is gone", connection);
              }
            },
            quic);
    this.dialler = new Dialler(transports::dial, new DialBackoff(System::nanoTime));
    attach(identification.answering());
    attach(identification.listeningToPushes());
    attach(new Ping());
  }

  /**
   * Keeps the address book in that file over restarts: reads it now, writes it every five minutes
   * and at the end. Call it before {@link #start}. A file that cannot be used is left out.
   */
  public void rememberIn(Path file) {
    keptAddresses.in(file);
  }

  /**
   * Finds the network through those peers: they are dialled at the start, and again while there are
   * few connections; theirs are among the first to go when there are too many. Call it before
   * {@link #start}.
   *
   * @param addresses each with its peer id; peers outside a closed circle are left out
   */
  public void bootstrapFrom(List<Multiaddr> addresses) {
    Set<PeerId> allowed = settings.allowedPeers();
    List<Multiaddr> usable =
        addresses.stream()
            .filter(address -> allowed.isEmpty() || allowed.contains(address.peer().orElseThrow()))
            .toList();
    bootstrap = new Bootstrap(usable, System::nanoTime);
  }

  /**
   * Listens, and begins to dial the configured peers.
   *
   * @return what could not be listened on, a sentence each; the host runs all the same
   */
  public List<String> start() {
    List<String> problems = new ArrayList<>();
    for (Multiaddr address : settings.listen()) {
      if (!transports.there(address)) {
        continue;
      }
      try {
        listening.bind(socket -> transports.bind(address, socket), address);
      } catch (IOException e) {
        problems.add(e.getMessage());
      }
    }
    running = true;
    ticking = group.next().scheduleWithFixedDelay(this::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
    return problems;
  }

  /** Attaches a protocol after those that are attached; the peers connected are told. */
  public void attach(NetworkProtocol protocol) {
    attach(protocol, new Rank(true, 0, attached.incrementAndGet()));
  }

  /**
   * Attaches a protocol; the peers connected are told.
   *
   * @param rank which one is spoken where several have an id
   */
  public void attach(NetworkProtocol protocol, Rank rank) {
    Registration registration = protocols.add(protocol, rank);
    protocols.refresh(registration, peers.infos());
    planPush();
  }

  /** Takes a protocol away: its streams are reset, the peers connected are told. */
  public void detach(NetworkProtocol protocol) {
    protocols.remove(protocol);
    planPush();
  }

  /**
   * Takes a protocol away whose successor may come: streams under way have {@code drain} to end,
   * peers who ask for the protocol in the {@code park} after that wait for the new one, and only
   * when there is none then are they told. Comes back when the streams are done.
   */
  public void withdraw(NetworkProtocol protocol, Duration drain, Duration park) {
    protocols.withdraw(protocol, drain, park);
    if (running) {
      group.next().schedule(this::planPush, park.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void planPush() {
    // Several changes within a second, as at a start, make one push.
    if (running && pushPlanned.compareAndSet(false, true)) {
      group.next().schedule(this::pushAll, 1, TimeUnit.SECONDS);
    }
  }

  private void pushAll() {
    pushPlanned.set(false);
    for (Connection connection : peers.all()) {
      Thread.ofVirtual().name("libp2p push").start(() -> identification.push(connection));
    }
  }

  private boolean take(Connection connection) {
    if (!running || connection.peer().equals(self()) || !peers.add(connection)) {
      return false;
    }
    if (isConfigured(connection.peer())) {
      peers.tag(connection.peer(), "configured", CONFIGURED);
    } else if (bootstrap.names(connection.peer())) {
      peers.tag(connection.peer(), "bootstrap", BOOTSTRAP);
    }
    LOG.debug("Connection {} stands", connection);
    Thread.ofVirtual().name("libp2p identify").start(() -> identification.ask(connection));
    return true;
  }

  private boolean isConfigured(PeerId peer) {
    return settings.peers().stream().anyMatch(address -> address.peer().equals(Optional.of(peer)));
  }

  private void refresh(PeerId peer) {
    protocols.refresh(peer, peers.info(peer));
  }

  private boolean accept(Connection connection, MuxStream stream) {
    if (!running || !counters.openStream()) {
      return false;
    }
    Thread.ofVirtual().name("libp2p stream").start(() -> streams.serve(connection, stream));
    return true;
  }

  private void tick() {
    try {
      for (Connection connection : peers.all()) {
        connection.muxer().tick();
      }
      peers.idle(settings.idleTime().toNanos()).forEach(Connection::close);
      HostLimits limits = settings.limits();
      peers.surplus(limits.trimAbove(), limits.trimTo()).forEach(Connection::close);
      settings.peers().forEach(address -> keep(address, settings.peers(), "Configured"));
      List<Multiaddr> first = bootstrap.due(peers.infos().size());
      first.forEach(address -> keep(address, first, "Bootstrap"));
      keptAddresses.saveWhenDue();
    } catch (RuntimeException e) {
      LOG.warn("Looking after the connections failed", e);
    }
  }

  private void keep(Multiaddr address, List<Multiaddr> list, String kind) {
    PeerId peer = address.peer().orElseThrow();
    if (!running || peer.equals(self()) || peers.best(peer).isPresent()) {
      return;
    }
    Thread.ofVirtual()
        .name("libp2p keep " + peer)
        .start(
            () -> {
              try {
                List<Multiaddr> all =
                    list.stream()
                        .filter(known -> known.peer().equals(Optional.of(peer)))
                        .filter(transports::there)
                        .toList();
                dialler.dial(peer, all, Deadline.in(Duration.ofSeconds(20)));
              } catch (IOException e) {
                LOG.debug("{} peer {} is not there: {}", kind, peer, e.getMessage());
              }
            });
  }

  @Override
  public PeerId self() {
    return key.publicKey().peerId();
  }

  @Override
  public List<Multiaddr> addresses() {
    return listening.addresses();
  }

  /** Who checks the Ed25519 signatures of {@link #verify}; in Java, unless told otherwise. */
  public void ed25519By(Ed25519Check check) {
    ed25519 = check;
  }

  @Override
  public byte[] sign(byte[] message) {
    return key.sign(message);
  }

  @Override
  public boolean verify(PeerId peer, byte[] publicKey, byte[] message, byte[] signature) {
    try {
      byte[] serialised = publicKey == null ? peer.publicKey().orElse(null) : publicKey;
      if (serialised == null) {
        return false;
      }
      PublicKey signer = PublicKey.decode(serialised);
      return signer.peerId().equals(peer) && signer.verify(message, signature, ed25519);
    } catch (ProtobufException e) {
      return false;
    }
  }

  @Override
  public Collection<PeerInfo> peers() {
    return peers.infos();
  }

  @Override
  public Optional<PeerInfo> peer(PeerId id) {
    return peers.info(id);
  }

  @Override
  public List<Multiaddr> addressesOf(PeerId id) {
    return addressBook.addresses(id);
  }

  @Override
  public void learn(PeerId id, Collection<Multiaddr> addresses) {
    addressBook.learn(id, addresses);
  }

  @Override
  public Optional<byte[]> signedRecord(PeerId id) {
    return addressBook.signedRecord(id);
  }

  @Override
  public Optional<PeerId> learnRecord(byte[] envelope) {
    try {
      PeerRecord record = PeerRecord.open(envelope.clone());
      addressBook.learn(record);
      return Optional.of(record.peer());
    } catch (ProtobufException e) {
      return Optional.empty();
    }
  }

  @Override
  public PeerInfo connect(PeerId id, Collection<Multiaddr> addresses, Deadline deadline)
      throws IOException {
    if (id.equals(self())) {
      throw new IOException("Peer " + id + " is this node itself");
    }
    if (!running) {
      throw new IOException("The network is stopped");
    }
    Optional<Connection> there = peers.best(id);
    if (there.isPresent()) {
      return there.get().info();
    }
    if (!settings.allowedPeers().isEmpty() && !settings.allowedPeers().contains(id)) {
      throw new IOException("Peer " + id + " is not one of the peers allowed");
    }
    Set<Multiaddr> all = new LinkedHashSet<>();
    addresses.stream()
        .map(Multiaddr::withoutPeer)
        .filter(settings.reach()::allows)
        .forEach(all::add);
    all.addAll(addressBook.addresses(id));
    all.removeIf(address -> !transports.there(address));
    return dialler.dial(id, List.copyOf(all), deadline).info();
  }

  @Override
  public PeerStream open(PeerId id, List<String> ids, Deadline deadline) throws IOException {
    Connection connection =
        peers.best(id).orElseThrow(() -> new IOException("Peer " + id + " is not connected"));
    return streams.open(connection, ids, deadline);
  }

  /**
   * Measures the round trip to a connected peer, in nanoseconds.
   *
   * @throws IOException when it does not answer
   */
  public long ping(PeerId id) throws IOException {
    try (PeerStream stream = open(id, List.of(Ping.ID), Deadline.in(ProtocolStreams.NEGOTIATION))) {
      return Ping.ask(stream);
    }
  }

  /** Somebody or something needs the connection: is the peer still there? */
  private void probe(Connection connection) {
    if (!running || !peers.wanted(connection)) {
      return;
    }
    Thread.ofVirtual()
        .name("libp2p probe")
        .start(
            () -> {
              try (PeerStream stream =
                  streams.open(
                      connection, List.of(Ping.ID), Deadline.in(ProtocolStreams.NEGOTIATION))) {
                Ping.ask(stream);
              } catch (IOException | RuntimeException e) {
                LOG.debug("Connection {} does not answer: {}", connection, e.getMessage());
                connection.close();
              }
            });
  }

  @Override
  public void disconnect(PeerId id, String reason) {
    LOG.debug("Closing the connections to {}: {}", id, reason);
    peers.of(id).forEach(Connection::close);
  }

  @Override
  public void tag(PeerId id, String tag, int value) {
    peers.tag(id, tag, value);
  }

  /** What peers have of the host now. */
  public HostCounts counts() {
    return counters.counts();
  }

  /** Says goodbye to all peers and closes everything; comes back within seconds. */
  @Override
  public void close() {
    running = false;
    protocols.close();
    if (ticking != null) {
      ticking.cancel(false);
    }
    keptAddresses.save();
    List<Connection> open = peers.all();
    open.forEach(Connection::close);
    for (Connection connection : open) {
      connection.channel().closeFuture().awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
    // Last: QUIC says goodbye over the socket it listens on.
    listening.close();
    if (ownGroup) {
      group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
  }
}
