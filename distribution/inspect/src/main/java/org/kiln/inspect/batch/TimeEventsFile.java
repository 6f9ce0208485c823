package org.kiln.inspect.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.Event;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.AnchorProofs;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.EventDecoder.Blocks;
import org.kiln.ipld.event.ProofPath;

/** {@code timeevents}: trees, paths, proofs and transactions of anchoring (CAIP-168). */
final class TimeEventsFile implements VectorFile {
  private static final String SELECTOR = "97ad09eb";

  @Override
  public Ipld.Map answer(Inputs inputs) throws Exception {
    if (inputs.has("leaves")) {
      return tree(inputs);
    }
    if (inputs.has("candidates")) {
      return sorted(inputs);
    }
    if (inputs.has("timeEventHex")) {
      return judged(inputs);
    }
    if (inputs.has("txInput")) {
      return Ipld.map("root", Answers.text(root(inputs.text("txType"), inputs.text("txInput"))));
    }
    if (inputs.has("txHash")) {
      return transaction(inputs.text("txHash"));
    }
    if (inputs.has("proof")) {
      return event(inputs);
    }
    throw new RefusedException("Unknown txType " + inputs.text("txType"));
  }

  private static Ipld.Map tree(Inputs inputs) throws RefusedException {
    List<Cid> leaves = new ArrayList<>();
    for (Ipld leaf : inputs.list("leaves")) {
      leaves.add(Cid.parse(((Ipld.Text) leaf).value()));
    }
    HalvedTree tree = HalvedTree.of(leaves);
    AnchorProof proof =
        new AnchorProof(
            inputs.text("chainId"),
            tree.root(),
            inputs.cid("txHash"),
            inputs.optionalText("txType"));
    Block proofBlock = AnchorProofs.encode(proof);
    List<Ipld> events = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      HalvedTree.Way way = tree.ways().get(i);
      events.add(
          Ipld.map(
              "index", Ipld.of(i),
              "prev", Answers.text(leaves.get(i)),
              "path", Ipld.of(way.path()),
              "witness", new Ipld.List(way.nodes().stream().map(Answers::text).toList())));
    }
    return Ipld.map(
        "ok",
        Ipld.TRUE,
        "root",
        Answers.text(tree.root()),
        "innerBlocks",
        new Ipld.List(tree.nodes().stream().<Ipld>map(TimeEventsFile::block).toList()),
        "proofCid",
        Answers.text(proofBlock.cid()),
        "proofHex",
        Answers.hex(proofBlock.data()),
        "events",
        new Ipld.List(events));
  }

  private static Ipld.Map block(Block block) {
    return Ipld.map("cid", Answers.text(block.cid()), "bytesHex", Answers.hex(block.data()));
  }

  /**
   * The anchor service's order of leaves: by model (those without one last), controller, stream.
   */
  private static Ipld.Map sorted(Inputs inputs) throws RefusedException {
    List<Inputs> candidates = new ArrayList<>();
    for (Ipld candidate : inputs.list("candidates")) {
      candidates.add(new Inputs((Ipld.Map) candidate));
    }
    candidates.sort(
        Comparator.comparing((Inputs one) -> one.optionalText("model").isEmpty())
            .thenComparing(one -> one.optionalText("model").orElse(""))
            .thenComparing(one -> one.optionalText("controller").orElse(""))
            .thenComparing(one -> one.optionalText("streamId").orElse("")));
    List<Cid> leaves = new ArrayList<>();
    for (Inputs candidate : candidates) {
      leaves.add(candidate.cid("cid"));
    }
    return Ipld.map(
        "order",
        new Ipld.List(leaves.stream().map(Answers::text).toList()),
        "root",
        Answers.text(HalvedTree.of(leaves).root()));
  }

  private static Ipld.Map judged(Inputs inputs) throws RefusedException, CodecException {
    Map<Cid, Block> blocks = new HashMap<>();
    for (Ipld given : inputs.list("witnessBlocks")) {
      Inputs block = new Inputs((Ipld.Map) given);
      blocks.put(block.cid("cid"), new Block(block.cid("cid"), block.hex("bytesHex")));
    }
    Block proof = Block.of(Cid.DAG_CBOR, inputs.hex("proofHex"));
    blocks.put(proof.cid(), proof);
    Block own = Block.of(Cid.DAG_CBOR, inputs.hex("timeEventHex"));
    DecodedEvent decoded = EventDecoder.decode(own.cid(), Blocks.of(Map.of(own.cid(), own)));
    if (!(decoded.event() instanceof Event.Time time)) {
      throw new RefusedException("Not a time event");
    }
    ProofPath.verify(time, Blocks.of(blocks));
    return Ipld.map("ok", Ipld.TRUE, "resolvesTo", Answers.text(time.prev()));
  }

  private static Ipld.Map event(Inputs inputs) throws RefusedException {
    byte[] data =
        DagCbor.encode(
            Ipld.map(
                "id", Ipld.of(inputs.cid("id")),
                "prev", Ipld.of(inputs.cid("prev")),
                "proof", Ipld.of(inputs.cid("proof")),
                "path", Ipld.of(inputs.text("path"))));
    Block block = Block.of(Cid.DAG_CBOR, data);
    Car car = new Car(List.of(block.cid()), List.of(block));
    return Ipld.map(
        "multibaseCar", Ipld.of(Multibase.BASE64.encode(car.write())),
        "cid", Answers.text(block.cid()),
        "decodedPath", Ipld.of(inputs.text("path")));
  }

  /** The root that a transaction's input carries. */
  private static Cid root(String type, String input) throws RefusedException {
    String hex = input.startsWith("0x") ? input.substring(2) : input;
    switch (type) {
      case "f(bytes32)" -> {
        if (!hex.startsWith(SELECTOR) || hex.length() != SELECTOR.length() + 64) {
          throw new RefusedException("The input is no call of anchorDagCbor(bytes32)");
        }
        byte[] digest = HexFormat.of().parseHex(hex.substring(SELECTOR.length()));
        return Cid.ofDigest(Cid.DAG_CBOR, Cid.SHA2_256, digest);
      }
      case "raw" -> {
        // A base16 multibase text, its prefix f filled up to a whole byte.
        return Cid.parse(hex.startsWith("0") ? hex.substring(1) : hex);
      }
      default -> throw new RefusedException("Unknown txType " + type);
    }
  }

  private static Ipld.Map transaction(String hash) {
    String hex = hash.startsWith("0x") ? hash.substring(2) : hash;
    Cid cid = Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, HexFormat.of().parseHex(hex));
    return Ipld.map(
        "cid", Answers.text(cid),
        "back", Ipld.of("0x" + HexFormat.of().formatHex(cid.digest())));
  }
}
