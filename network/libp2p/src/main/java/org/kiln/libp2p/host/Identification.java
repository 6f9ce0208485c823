package org.kiln.libp2p.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.identify.Identify;
import org.kiln.libp2p.identify.IdentifyMessage;
import org.kiln.libp2p.identify.PeerRecord;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.multistream.Multistream;
import org.kiln.libp2p.mux.MuxStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who we are, and learns who the others are. Thread-safe. */
final class Identification {
  private static final Logger LOG = LoggerFactory.getLogger(Identification.class);
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final int MAX_MESSAGES = 10;
  private static final int MAX_ADDRESSES = 40;
  private static final int MAX_PROTOCOLS = 60;
  private static final int MAX_PUSHES_AT_ONCE = 32;

  private final HostKey key;
  private final String agent;
  private final Supplier<List<Multiaddr>> listening;
  private final Supplier<Set<String>> protocols;
  private final AddressBook addresses;
  private final Consumer<Connection> changed;
  private final Semaphore pushing = new Semaphore(MAX_PUSHES_AT_ONCE);

  Identification(
      HostKey key,
      String agent,
      Supplier<List<Multiaddr>> listening,
      Supplier<Set<String>> protocols,
      AddressBook addresses,
      Consumer<Connection> changed) {
    this.key = key;
    this.agent = agent;
    this.listening = listening;
    this.protocols = protocols;
    this.addresses = addresses;
    this.changed = changed;
  }

  /** Answers those who ask. */
  NetworkProtocol answering() {
    return new NetworkProtocol() {
      @Override
      public List<String> ids() {
        return List.of(Identify.ID);
      }

      @Override
      public int maxStreamsPerPeer() {
        return 16;
      }

      @Override
      public void serve(PeerStream stream) throws IOException {
        stream.writeFrame(message(((HostStream) stream).connection()), Deadline.in(TIME));
      }
    };
  }

  /** Takes in what peers say unasked. */
  NetworkProtocol listeningToPushes() {
    return new NetworkProtocol() {
      @Override
      public List<String> ids() {
        return List.of(Identify.PUSH_ID);
      }

      @Override
      public int maxStreamsPerPeer() {
        return 2;
      }

      @Override
      public void serve(PeerStream stream) throws IOException {
        Connection connection = ((HostStream) stream).connection();
        if (!connection.mayPush()) {
          throw new IOException("The peer says too often that something has changed");
        }
        IdentifyMessage news = readAll(max -> stream.readFrame(max, Deadline.in(TIME)));
        take(connection, connection.identified().update(checked(connection, news)));
      }
    };
  }

  private byte[] message(Connection connection) {
    List<Multiaddr> listen = listening.get().stream().limit(MAX_ADDRESSES).toList();
    Set<String> ids =
        protocols.get().stream()
            .limit(MAX_PROTOCOLS)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return new IdentifyMessage(
            Optional.of(key.publicKey().encode()),
            listen,
            ids,
            Optional.of(connection.address()),
            Optional.of(agent),
            Optional.of(PeerRecord.sign(key, System.currentTimeMillis(), listen).envelope()))
        .encode();
  }

  /** Asks the peer who it is. */
  void ask(Connection connection) {
    try {
      Deadline deadline = Deadline.in(TIME);
      MuxStream stream = connection.open(deadline);
      try {
        if (Multistream.propose(stream, List.of(Identify.ID), deadline).isEmpty()) {
          throw new IOException("The peer does not speak identify");
        }
        HostStream named = new HostStream(connection, stream, Identify.ID);
        IdentifyMessage said = readAll(max -> named.readFrame(max, deadline));
        stream.close();
        take(connection, checked(connection, said));
      } catch (IOException e) {
        stream.reset();
        throw e;
      }
    } catch (IOException e) {
      LOG.debug("Connection {} did not say who it is: {}", connection, e.getMessage());
    }
  }

  /** Tells the peer who we are now, if it cares. */
  void push(Connection connection) {
    if (!connection.identified().protocols().contains(Identify.PUSH_ID)) {
      return;
    }
    pushing.acquireUninterruptibly();
    try {
      Deadline deadline = Deadline.in(TIME);
      MuxStream stream = connection.open(deadline);
      try {
        if (Multistream.propose(stream, List.of(Identify.PUSH_ID), deadline).isPresent()) {
          new HostStream(connection, stream, Identify.PUSH_ID)
              .writeFrame(message(connection), deadline);
        }
        stream.close();
      } catch (IOException e) {
        stream.reset();
        throw e;
      }
    } catch (IOException e) {
      LOG.debug("Connection {} did not take news: {}", connection, e.getMessage());
    } finally {
      pushing.release();
    }
  }

  private interface FrameSource {
    byte[] read(int max) throws IOException;
  }

  /** Several messages may follow each other; they add up. */
  private static IdentifyMessage readAll(FrameSource frames) throws IOException {
    IdentifyMessage all = IdentifyMessage.EMPTY;
    for (int i = 0; i < MAX_MESSAGES; i++) {
      byte[] frame = frames.read(IdentifyMessage.MAX_BYTES);
      if (frame == null) {
        return all;
      }
      all = all.merge(IdentifyMessage.decode(frame));
    }
    throw new IOException("More than " + MAX_MESSAGES + " identify messages in a row");
  }

  private static IdentifyMessage checked(Connection connection, IdentifyMessage said)
      throws IOException {
    if (said.publicKey().isPresent()
        && !Arrays.equals(said.publicKey().get(), connection.remote().encode())) {
      throw new IOException("The peer names another key than the one it has proven");
    }
    return said;
  }

  private void take(Connection connection, IdentifyMessage said) {
    boolean remoteIsPublic = isPublic(connection.address());
    List<Multiaddr> believable =
        said.listen().stream().filter(address -> !remoteIsPublic || isPublic(address)).toList();
    IdentifyMessage kept =
        new IdentifyMessage(
            Optional.empty(),
            believable,
            said.protocols(),
            said.observed(),
            said.agent(),
            Optional.empty());
    connection.identified(kept);
    addresses.learn(connection.peer(), believable);
    said.signedRecord().ifPresent(envelope -> certified(connection, envelope));
    changed.accept(connection);
  }

  private void certified(Connection connection, byte[] envelope) {
    try {
      PeerRecord record = PeerRecord.open(envelope);
      if (record.peer().equals(connection.peer())) {
        addresses.learn(record);
      }
    } catch (IOException e) {
      LOG.debug("Connection {} sent a bad peer record: {}", connection, e.getMessage());
    }
  }

  private static boolean isPublic(Multiaddr address) {
    return address.socket().map(socket -> Reach.isPublic(socket.getAddress())).orElse(true);
  }
}
