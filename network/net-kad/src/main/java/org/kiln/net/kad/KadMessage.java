package org.kiln.net.kad;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.kit.net.Multiaddrs;

/**
 * A question or its answer. Of value records only the presence is read: none are kept.
 *
 * @param type what is asked
 * @param key a peer id or a multihash
 * @param closer peers nearer to the key
 * @param providers peers that have the content
 */
record KadMessage(Type type, byte[] key, List<KadPeer> closer, List<KadPeer> providers) {
  /** Longest message read: 40 peers of 8 KiB, and some. */
  static final int MAX_BYTES = 512 * 1024;

  /** Longest key: of a multihash 80 bytes, which is more than any peer id has. */
  static final int MAX_KEY = 80;

  /** Peers of a kind in a message; more are dropped. */
  static final int MAX_PEERS = 20;

  private static final int MAX_FIELDS = 4096;
  private static final int MAX_ADDRESSES = 16;
  private static final int MAX_PEER_BYTES = 8 * 1024;

  /** What is asked, in the order of the numbers on the wire. */
  enum Type {
    PUT_VALUE,
    GET_VALUE,
    ADD_PROVIDER,
    GET_PROVIDERS,
    FIND_NODE,
    PING
  }

  /** A question without peers. */
  static KadMessage question(Type type, byte[] key) {
    return new KadMessage(type, key, List.of(), List.of());
  }

  /**
   * Reads a message. Peers and addresses that make no sense are left out.
   *
   * @throws ProtobufException when it is malformed or beyond bounds
   */
  static KadMessage decode(byte[] bytes) throws ProtobufException {
    long type = 0;
    byte[] key = {};
    List<KadPeer> closer = new ArrayList<>();
    List<KadPeer> providers = new ArrayList<>();
    ProtobufReader reader = ProtobufReader.of(bytes, MAX_FIELDS);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> type = reader.number();
        case 2 -> key = reader.bytes(MAX_KEY);
        case 8 -> peer(reader, closer);
        case 9 -> peer(reader, providers);
        default -> {}
      }
    }
    if (type < 0 || type >= Type.values().length) {
      throw new ProtobufException("No message has the type " + type);
    }
    return new KadMessage(Type.values()[(int) type], key, closer, providers);
  }

  private static void peer(ProtobufReader from, List<KadPeer> into) throws ProtobufException {
    ProtobufReader reader = from.message();
    Optional<PeerId> id = Optional.empty();
    List<Multiaddr> addresses = new ArrayList<>();
    boolean large = from.length() > MAX_PEER_BYTES;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> id = peerId(reader.bytes(MAX_BYTES));
        case 2 ->
            address(reader)
                .filter(address -> addresses.size() < MAX_ADDRESSES)
                .ifPresent(addresses::add);
        default -> {}
      }
    }
    if (id.isPresent() && !large && into.size() < MAX_PEERS) {
      into.add(new KadPeer(id.get(), addresses));
    }
  }

  private static Optional<PeerId> peerId(byte[] bytes) {
    try {
      return Optional.of(PeerId.of(bytes));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Multiaddr> address(ProtobufReader reader) throws ProtobufException {
    try {
      return Optional.of(Multiaddrs.decode(reader.bytes(MAX_BYTES)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  byte[] encode() {
    ProtobufWriter out = new ProtobufWriter().number(1, type.ordinal());
    if (key.length > 0) {
      out.bytes(2, key);
    }
    closer.forEach(peer -> out.message(8, encode(peer)));
    providers.forEach(peer -> out.message(9, encode(peer)));
    return out.toByteArray();
  }

  private static ProtobufWriter encode(KadPeer peer) {
    ProtobufWriter out = new ProtobufWriter().bytes(1, peer.id().bytes());
    int bytes = 0;
    for (Multiaddr address : peer.addresses()) {
      bytes += address.bytes().length + 3;
      if (bytes < MAX_PEER_BYTES - 64) {
        out.bytes(2, address.bytes());
      }
    }
    return out;
  }
}
