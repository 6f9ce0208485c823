package org.kiln.inspect;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;

/** What StreamIDs, CommitIDs, EventIds and CIDs say. */
public final class Identifiers {
  private static final List<String> TYPES =
      List.of("tile", "caip10-link", "model", "MID", "UNLOADABLE", "EventId");
  private static final List<NetworkId> NETWORKS =
      List.of(
          NetworkId.MAINNET, NetworkId.TESTNET_CLAY, NetworkId.DEV_UNSTABLE, NetworkId.INMEMORY);
  private static final long LOCAL_BASE = NetworkId.local(0).number();

  private Identifiers() {}

  /** A StreamID or CommitID. */
  public static Ipld.Map describe(StreamRef ref) {
    StreamId stream = ref.stream();
    Ipld.Map.Builder out =
        Ipld.Map.builder()
            .with("kind", Ipld.of(ref.event().isPresent() ? "CommitID" : "StreamID"))
            .with("string", Ipld.of(ref.toString()))
            .with("url", Ipld.of("ceramic://" + ref))
            .with("type", Ipld.of(stream.type()));
    out.put("typeName", typeName(stream.type()).<Ipld>map(Ipld::of).orElse(Ipld.NULL));
    out.put("cid", Ipld.of(stream.init().toString()));
    if (ref.event().isPresent()) {
      CommitId commit = new CommitId(stream, ref.event().get());
      out.put("commit", Ipld.of(commit.event().toString()));
      out.put("commitIsInit", Ipld.of(commit.isGenesis()));
      out.put("baseID", Ipld.of(stream.toString()));
    }
    byte[] bytes = ref.commit().map(CommitId::bytes).orElseGet(stream::bytes);
    out.put("bytesHex", hex(bytes));
    return out.build();
  }

  /** An EventId. */
  public static Ipld.Map describe(EventId id) {
    return Ipld.Map.builder()
        .with("kind", Ipld.of("EventId"))
        .with("eventIdHex", Ipld.of(id.toString()))
        .with("network", Ipld.of(networkName(id.network())))
        .with("networkId", Ipld.of(id.network()))
        .with("separatorHex", hex(id.separator()))
        .with("controllerHex", hex(id.controller()))
        .with("initHex", hex(id.init()))
        .with("event", describe(id.event()))
        .build();
  }

  /** A CID. */
  public static Ipld.Map describe(Cid cid) {
    return Ipld.Map.builder()
        .with("kind", Ipld.of("CID"))
        .with("cid", Ipld.of(cid.toString()))
        .with("version", Ipld.of(cid.version()))
        .with("codec", Ipld.of(codecName(cid.codec())))
        .with("hash", Ipld.of(hashName(cid.hashFunction())))
        .with("digestHex", hex(cid.digest()))
        .with("bytesHex", hex(cid.bytes()))
        .build();
  }

  /** EventIds of one event on every network that has a name. */
  static Ipld.Map eventIds(byte[] model, String controller, Cid init, Cid event) {
    Ipld.Map.Builder out = Ipld.Map.builder();
    for (NetworkId network : NETWORKS) {
      EventId id = EventId.of(network, "model", model, controller, init, event);
      out.put(network.name(), Ipld.of(id.toString()));
    }
    return out.build();
  }

  /** The name js-ceramic gives a stream type, empty when it has none. */
  public static Optional<String> typeName(int type) {
    return type < TYPES.size() ? Optional.of(TYPES.get(type)) : Optional.empty();
  }

  static Ipld hex(byte[] bytes) {
    return Ipld.of(HexFormat.of().formatHex(bytes));
  }

  static String codecName(long codec) {
    if (codec == Cid.DAG_CBOR) {
      return "dag-cbor";
    }
    if (codec == Cid.DAG_JOSE) {
      return "dag-jose";
    }
    if (codec == Cid.ETH_TX) {
      return "eth-tx";
    }
    if (codec == Cid.RAW) {
      return "raw";
    }
    return codec == Cid.DAG_PB ? "dag-pb" : "0x" + Long.toHexString(codec);
  }

  private static String hashName(long function) {
    if (function == Cid.SHA2_256) {
      return "sha2-256";
    }
    if (function == Cid.KECCAK_256) {
      return "keccak-256";
    }
    return function == Cid.IDENTITY ? "identity" : "0x" + Long.toHexString(function);
  }

  private static String networkName(long number) {
    for (NetworkId network : NETWORKS) {
      if (network.number() == number) {
        return network.name();
      }
    }
    return number >= LOCAL_BASE ? NetworkId.local(number - LOCAL_BASE).name() : "unknown";
  }
}
