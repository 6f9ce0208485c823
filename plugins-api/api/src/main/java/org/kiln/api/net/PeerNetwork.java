package org.kiln.api.net;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The node's place among its peers: who it is, who is connected, and streams to them. A service,
 * there while the network is switched on. Thread-safe; what waits for the network takes a deadline,
 * and is made to be called from virtual threads.
 */
@ProviderType
public interface PeerNetwork {
  /** The node's own peer id. */
  PeerId self();

  /** Addresses the node listens on, without its peer id. */
  List<Multiaddr> addresses();

  /**
   * Signs with the key behind {@link #self()} (Ed25519, 64 bytes). The message must begin with a
   * text that belongs to one protocol, such as {@code libp2p-pubsub:}, so that no signature can be
   * used elsewhere.
   */
  byte[] sign(byte[] message);

  /**
   * Whether that peer signed the message.
   *
   * @param peer the peer
   * @param publicKey its serialised public key; may be null when the id contains it
   * @return false also when the key is missing, unusable, or not the peer's
   */
  boolean verify(PeerId peer, byte[] publicKey, byte[] message, byte[] signature);

  /** The connected peers, one entry each, in no order. */
  Collection<PeerInfo> peers();

  /** That peer, when connected. */
  Optional<PeerInfo> peer(PeerId id);

  /** Where that peer may be dialled: what it certified, else what it or others said. */
  List<Multiaddr> addressesOf(PeerId id);

  /**
   * Remembers where a peer may be dialled, for a while and within bounds. Names are dropped: only
   * configured names are ever resolved.
   */
  void learn(PeerId id, Collection<Multiaddr> addresses);

  /**
   * That peer's newest signed peer record (a libp2p envelope), when it sent one, to hand on in peer
   * exchange.
   */
  Optional<byte[]> signedRecord(PeerId id);

  /**
   * Takes in a signed peer record from a third party.
   *
   * @return whose it is; empty when it is not valid
   */
  Optional<PeerId> learnRecord(byte[] envelope);

  /**
   * Connects to a peer unless it is connected already, over the given and the remembered addresses.
   *
   * @throws IOException when nothing answers, who answers is not that peer, the peer may not
   *     connect, failed lately (dial back-off), or the deadline passes
   */
  PeerInfo connect(PeerId id, Collection<Multiaddr> addresses, Deadline deadline)
      throws IOException;

  /**
   * Opens a stream to a connected peer and agrees on a protocol.
   *
   * @param protocols ids, the best first; the first the peer accepts is spoken
   * @throws IOException when the peer is not connected, accepts none, or the deadline passes
   */
  PeerStream open(PeerId id, List<String> protocols, Deadline deadline) throws IOException;

  /** Closes all connections to that peer. */
  void disconnect(PeerId id, String reason);

  /**
   * Says how much a connection is worth: those with the lowest sum of values are closed first when
   * there are too many, and those without any when they are idle. 0 takes the tag away. Tags go
   * with the peer.
   *
   * @param tag who says so, for example {@code gossip}
   */
  void tag(PeerId id, String tag, int value);
}
