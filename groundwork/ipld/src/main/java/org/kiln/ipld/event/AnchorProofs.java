package org.kiln.ipld.event;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagCbor;

/**
 * Proof blocks of time events (CAIP-168). Members of old proofs that are not used are passed over.
 */
public final class AnchorProofs {
  /** CAIP-2. */
  private static final Pattern CHAIN_ID = Pattern.compile("[-a-z0-9]{3,16}:[-_a-zA-Z0-9]{1,64}");

  private static final Set<String> TX_TYPES = Set.of("raw", "f(bytes32)");
  private static final int TX_HASH_BYTES = 32;

  private AnchorProofs() {}

  /**
   * Reads a proof block; its hash is not checked here.
   *
   * @throws CodecException when a member is missing or not what it should be
   */
  public static AnchorProof decode(Block block) throws CodecException {
    Ipld.Map map = EventDecoder.map(block);
    String chainId = map.text("chainId").orElse("");
    if (!CHAIN_ID.matcher(chainId).matches()) {
      throw new CodecException("Proof " + block.cid() + ": chainId is no CAIP-2 chain");
    }
    Cid txHash = link(block, map, "txHash");
    // Codec 0 stands in old proofs; of a transaction only the digest counts.
    boolean transaction = txHash.codec() == Cid.ETH_TX || txHash.codec() == 0;
    if (!transaction || txHash.digest().length != TX_HASH_BYTES) {
      throw new CodecException("Proof " + block.cid() + ": txHash is no transaction hash");
    }
    Optional<String> txType = Optional.empty();
    if (map.get("txType").isPresent()) {
      txType = map.text("txType").filter(TX_TYPES::contains);
      if (txType.isEmpty()) {
        throw new CodecException("Proof " + block.cid() + ": unknown txType");
      }
    }
    return new AnchorProof(chainId, link(block, map, "root"), txHash, txType);
  }

  /** The block of a proof. */
  public static Block encode(AnchorProof proof) {
    Ipld.Map.Builder map =
        Ipld.Map.builder()
            .with("root", Ipld.of(proof.root()))
            .with("txHash", Ipld.of(proof.txHash()));
    proof.txType().ifPresent(type -> map.put("txType", Ipld.of(type)));
    map.put("chainId", Ipld.of(proof.chainId()));
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(map.build()));
  }

  private static Cid link(Block block, Ipld.Map map, String name) throws CodecException {
    if (map.entries().get(name) instanceof Ipld.Link link) {
      return link.cid();
    }
    throw new CodecException("Proof " + block.cid() + ": " + name + " is not a link");
  }
}
