package org.kiln.http.one;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerNetwork;
import org.kiln.kit.net.Multiaddrs;

/** {@code /peers}: who is connected, and connect. A node without a network has no peers. */
final class Peers {
  static final int MOST_ADDRESSES = 32;

  /** Of the serialised key: type and length stand before the 32 bytes of an Ed25519 key. */
  private static final int KEY_AT = 4;

  private static final byte[] ED25519 = {(byte) 0xed, 0x01};

  /** Stands in for the peer id of a node without a network. */
  private static final PeerId NOBODY = PeerId.ofPublicKey(nobodysKey());

  private final Supplier<Optional<PeerNetwork>> network;

  Peers(Supplier<Optional<PeerNetwork>> network) {
    this.network = network;
  }

  private static byte[] nobodysKey() {
    byte[] key = new byte[KEY_AT + 32];
    key[0] = 8;
    key[1] = 1;
    key[2] = 18;
    key[3] = 32;
    return key;
  }

  PeerId self() {
    return network.get().map(PeerNetwork::self).orElse(NOBODY);
  }

  List<HttpRoute> endpoints() {
    return List.of(Endpoint.get("/peers", this::list), Endpoint.post("/peers", this::connect));
  }

  private HttpReply list(HttpCall call) {
    List<Ipld> listed = new ArrayList<>();
    for (PeerInfo peer : network.get().map(PeerNetwork::peers).orElse(List.of())) {
      listed.add(
          Ipld.map(
              "id",
              Ipld.of(did(peer.id())),
              "addresses",
              new Ipld.List(List.of(Ipld.of(peer.address().withPeer(peer.id()).toString())))));
    }
    return OneManners.json(Ipld.map("peers", new Ipld.List(listed)));
  }

  /** The did:key of an Ed25519 peer; its peer id where it has another key. */
  static String did(PeerId peer) {
    Optional<byte[]> key = peer.publicKey();
    if (key.isEmpty() || key.get().length != KEY_AT + 32 || key.get()[1] != 1) {
      return peer.toString();
    }
    byte[] bytes = new byte[34];
    System.arraycopy(ED25519, 0, bytes, 0, 2);
    System.arraycopy(key.get(), KEY_AT, bytes, 2, 32);
    return "did:key:" + Multibase.BASE58BTC.encode(bytes);
  }

  private HttpReply connect(HttpCall call) throws Refusal {
    List<String> texts = call.queryValues("addresses");
    if (texts.size() > MOST_ADDRESSES) {
      throw Refusal.invalid("more than " + MOST_ADDRESSES + " addresses");
    }
    List<Multiaddr> addresses = new ArrayList<>();
    Set<PeerId> peers = new HashSet<>();
    for (String text : texts) {
      if (!text.isEmpty()) {
        Multiaddr address = address(text);
        address.peer().ifPresent(peers::add);
        addresses.add(address.withoutPeer());
      }
    }
    if (peers.isEmpty()) {
      throw Refusal.invalid("at least one address must contain a peer id");
    }
    if (peers.size() > 1) {
      throw Refusal.invalid("more than one unique peer id found in the addresses");
    }
    PeerNetwork here =
        network
            .get()
            .orElseThrow(
                () ->
                    Refusal.of(
                        new HttpProblem(
                            503, "no-network", "The network of this node is switched off")));
    try {
      here.connect(peers.iterator().next(), addresses, call.deadline());
      return OneManners.empty(204);
    } catch (IOException e) {
      throw Refusal.failed("failed to get peer information: " + e.getMessage());
    }
  }

  private static Multiaddr address(String text) throws Refusal {
    try {
      return Multiaddrs.parse(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("address is not a well formed multiaddr: " + e.getMessage());
    }
  }
}
