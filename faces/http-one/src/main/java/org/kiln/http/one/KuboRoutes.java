package org.kiln.http.one;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.log.EventLog;
import org.kiln.core.node.NodeInfo;
import org.kiln.http.one.KuboEndpoint.Internal;
import org.kiln.http.one.KuboEndpoint.Refused;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJson;
import org.kiln.kit.net.Multiaddrs;

/**
 * As much of the Kubo RPC as ceramic-one has: what js-ceramic asks of the node it runs on. Blocks
 * are those of events, and are never fetched. Nothing is pinned: events are kept for good.
 */
final class KuboRoutes {
  private static final String OCTETS = "application/octet-stream";

  /** How Go writes durations. */
  private static final Pattern DURATION =
      Pattern.compile("([0-9]{1,9}(\\.[0-9]{1,9})?(ns|us|µs|ms|s|m|h)){1,6}");

  private final EventLog log;
  private final NodeInfo node;
  private final Peers peers;
  private final Supplier<Optional<PeerNetwork>> network;

  KuboRoutes(EventLog log, NodeInfo node, Peers peers, Supplier<Optional<PeerNetwork>> network) {
    this.log = log;
    this.node = node;
    this.peers = peers;
    this.network = network;
  }

  List<HttpRoute> endpoints() {
    return List.of(
        new KuboEndpoint("/id", this::id),
        new KuboEndpoint("/version", this::version),
        new KuboEndpoint("/block/get", this::blockGet),
        new KuboEndpoint("/block/stat", this::blockStat),
        new KuboEndpoint("/dag/get", this::dagGet),
        new KuboEndpoint("/dag/resolve", this::dagResolve),
        new KuboEndpoint("/pin/add", this::pinAdd),
        new KuboEndpoint("/pin/rm", KuboRoutes::pinRemove),
        new KuboEndpoint("/swarm/peers", this::swarmPeers),
        new KuboEndpoint("/swarm/connect", this::swarmConnect));
  }

  /** js-ceramic takes a node for ceramic-one by the first words of the agent. */
  private HttpReply id(HttpCall call) throws Refused, Internal {
    Optional<String> asked = call.query("arg");
    if (asked.isPresent() && !peer(asked.get()).equals(peers.self())) {
      throw new Internal();
    }
    PeerId self = peers.self();
    List<Ipld> addresses =
        network.get().map(PeerNetwork::addresses).orElse(List.of()).stream()
            .<Ipld>map(address -> Ipld.of(address.withPeer(self).toString()))
            .toList();
    return OneManners.json(
        Ipld.map(
            "ID",
            Ipld.of(self.toString()),
            "Addresses",
            new Ipld.List(addresses),
            "AgentVersion",
            Ipld.of("ceramic-one/" + NodeRoutes.VERSION + " (kiln " + node.version() + ")"),
            "ProtocolVersion",
            Ipld.of("ipfs/0.1.0"),
            "Protocols",
            new Ipld.List(List.of())));
  }

  private static PeerId peer(String text) throws Refused {
    try {
      return PeerId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Refused.invalid(e.getMessage());
    }
  }

  private HttpReply version(HttpCall call) {
    return OneManners.json(
        Ipld.map(
            "Commit",
            Ipld.of("kiln-" + node.version()),
            "System",
            Ipld.of("java"),
            "Version",
            Ipld.of(NodeRoutes.VERSION)));
  }

  private HttpReply blockGet(HttpCall call) throws Refused, Refusal {
    String argument = KuboEndpoint.argument(call);
    Optional<String> timeout = call.query("timeout");
    if (timeout.isPresent() && !DURATION.matcher(timeout.get()).matches()) {
      String kind =
          timeout.get().matches("[0-9.]+") ? "missing unit in duration" : "invalid duration";
      throw Refused.invalid(
          "invalid timeout duration string: " + kind + ": " + Parameters.shortened(timeout.get()));
    }
    if (!KuboEndpoint.flag(call, "offline").orElse(false)) {
      throw Refused.invalid("only offline mode is supported");
    }
    Cid cid;
    try {
      cid = Cid.parse(argument.startsWith("/ipfs/") ? argument.substring(6) : argument);
    } catch (IllegalArgumentException e) {
      throw Refused.invalid("Failed to parse multihash");
    }
    Block block =
        KuboPath.block(cid, log)
            .orElseThrow(() -> new Refused(500, "block was not found locally (offline)"));
    return HttpReply.of(200, "text/plain", List.of(block.data()));
  }

  private HttpReply blockStat(HttpCall call) throws Refused, Internal, Refusal {
    Cid cid = KuboPath.cid(KuboEndpoint.argument(call));
    Block block = KuboPath.block(cid, log).orElseThrow(Internal::new);
    String text = "{\"Key\":\"" + cid + "\",\"Size\":" + block.data().length + ".0}";
    return HttpReply.of(200, OneManners.JSON, List.of(text.getBytes(Body.TEXT)));
  }

  private HttpReply dagGet(HttpCall call) throws Refused, Internal, Refusal {
    String argument = KuboEndpoint.argument(call);
    String codec = call.query("output-codec").orElse("dag-json");
    if (!codec.equals("dag-json") && !codec.equals("dag-cbor")) {
      throw Refused.invalid("unsupported output codec: " + Parameters.shortened(codec));
    }
    Ipld value = KuboPath.resolve(argument, log).value();
    byte[] bytes = codec.equals("dag-cbor") ? DagCbor.encode(value) : DagJson.write(value);
    return HttpReply.of(200, OCTETS, List.of(bytes));
  }

  private HttpReply dagResolve(HttpCall call) throws Refused, Internal, Refusal {
    KuboPath found = KuboPath.resolve(KuboEndpoint.argument(call), log);
    return OneManners.json(
        Ipld.map(
            "Cid",
            Ipld.map("/", Ipld.of(found.block().toString())),
            "RemPath",
            Ipld.of(found.rest())));
  }

  private HttpReply pinAdd(HttpCall call) throws Refused, Internal, Refusal {
    String argument = KuboEndpoint.argument(call);
    if (KuboEndpoint.flag(call, "recursive").orElse(false)) {
      throw Refused.invalid("recursive pinning is not supported");
    }
    if (KuboEndpoint.flag(call, "progress").orElse(false)) {
      throw Refused.invalid("pin progress is not supported");
    }
    return pins(KuboPath.resolve(argument, log).block());
  }

  private static HttpReply pinRemove(HttpCall call) throws Refused, Refusal {
    return pins(KuboPath.cid(KuboEndpoint.argument(call)));
  }

  private static HttpReply pins(Cid cid) {
    return OneManners.json(Ipld.map("Pins", new Ipld.List(List.of(Ipld.of(cid.toString())))));
  }

  private HttpReply swarmPeers(HttpCall call) {
    List<Ipld> listed = new ArrayList<>();
    for (PeerInfo peer : network.get().map(PeerNetwork::peers).orElse(List.of())) {
      listed.add(
          Ipld.map(
              "Addr",
              Ipld.of(peer.address().withPeer(peer.id()).toString()),
              "Peer",
              Ipld.of(peer.id().toString())));
    }
    return OneManners.json(Ipld.map("Peers", new Ipld.List(listed)));
  }

  private HttpReply swarmConnect(HttpCall call) throws Refused, Internal {
    List<Multiaddr> addresses = new ArrayList<>();
    Set<PeerId> found = new HashSet<>();
    for (String text : call.queryValues("arg")) {
      if (addresses.size() == Peers.MOST_ADDRESSES) {
        throw Refused.invalid("more than " + Peers.MOST_ADDRESSES + " addresses");
      }
      try {
        Multiaddr address = Multiaddrs.parse(text);
        address.peer().ifPresent(found::add);
        addresses.add(address.withoutPeer());
      } catch (IllegalArgumentException e) {
        throw Refused.invalid("invalid multiaddr");
      }
    }
    if (found.isEmpty()) {
      // The word is spelt so there, and matched.
      throw Refused.invalid("no peer id specificed in multiaddrs");
    }
    if (found.size() > 1) {
      throw Refused.invalid("found multiple distinct peer ids");
    }
    PeerId peer = found.iterator().next();
    try {
      network.get().orElseThrow(Internal::new).connect(peer, addresses, call.deadline());
    } catch (IOException e) {
      throw new Internal();
    }
    return OneManners.json(
        Ipld.map("Strings", new Ipld.List(List.of(Ipld.of("connect " + peer + " success")))));
  }
}
