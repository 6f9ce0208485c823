package org.kiln.anchor.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.anchor.AnchorChain.Status;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Varint;

/**
 * What the service hands back: a CARv1 whose root is a time event, with or without stream and tip,
 * and all blocks that prove it. Every block is checked against its CID, and the way is walked from
 * the proof's root to ours, before any of it is believed.
 */
final class WitnessCar {
  private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());
  private static final int MAX_BLOCK_BYTES = 256_000;
  private static final int MAX_STEPS = 100;

  private WitnessCar() {}

  /**
   * Reads the base64 text of the answer.
   *
   * @param root the root we asked for
   * @throws IOException with a sentence about what is wrong with it
   */
  static Status.Final read(String base64, Cid root) throws IOException {
    try {
      return read(Base64.getDecoder().decode(base64.replaceAll("=+$", "")), root);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "The witness CAR of the anchor service is broken: " + e.getMessage(), e);
    }
  }

  private static Status.Final read(byte[] car, Cid root) throws IOException {
    Varint.Decoded length = Varint.read(car, 0);
    byte[] header = slice(car, length.next(), length.value());
    Cid event = link(CBOR.readTree(header).path("roots").path(0));
    Map<Cid, Block> blocks = blocks(car, length.next() + header.length);

    JsonNode timeEvent = CBOR.readTree(need(blocks, event).data());
    if (timeEvent.has("prev") && !link(timeEvent.get("prev")).equals(root)) {
      throw new IOException("The anchor service answered with a time event for another tip");
    }
    String path = timeEvent.path("path").asText("");
    JsonNode proofNode = CBOR.readTree(need(blocks, link(timeEvent.path("proof"))).data());
    AnchorProof proof =
        new AnchorProof(
            proofNode.path("chainId").asText(""),
            link(proofNode.path("root")),
            link(proofNode.path("txHash")),
            Optional.ofNullable(proofNode.path("txType").asText(null)));
    List<Block> way = walk(blocks, proof.root(), path, root);
    return new Status.Final(proof, path, way);
  }

  private static Map<Cid, Block> blocks(byte[] car, int from) throws IOException {
    Map<Cid, Block> blocks = new HashMap<>();
    for (int at = from; at < car.length; ) {
      Varint.Decoded length = Varint.read(car, at);
      byte[] section = slice(car, length.next(), length.value());
      Cid.Decoded cid = Cid.read(section, 0);
      Block block = Block.wrap(cid.cid(), Arrays.copyOfRange(section, cid.next(), section.length));
      if (!block.verified()) {
        throw new IOException(
            "Block " + block.cid() + " of the witness CAR does not hash to its CID");
      }
      blocks.put(block.cid(), block);
      at = length.next() + section.length;
    }
    return blocks;
  }

  private static List<Block> walk(Map<Cid, Block> blocks, Cid from, String path, Cid to)
      throws IOException {
    List<Block> way = new ArrayList<>();
    Cid at = from;
    if (!path.isEmpty()) {
      String[] steps = path.split("/", -1);
      if (steps.length > MAX_STEPS) {
        throw new IOException(
            "The path of the anchor service has more than " + MAX_STEPS + " steps");
      }
      for (String step : steps) {
        if (!step.equals("0") && !step.equals("1")) {
          throw new IOException("The path of the anchor service is not of steps 0 and 1");
        }
        Block node = need(blocks, at);
        way.add(node);
        at = link(CBOR.readTree(node.data()).path(step.charAt(0) - '0'));
      }
    }
    if (!at.equals(to)) {
      throw new IOException("The path of the anchor service does not lead to our root " + to);
    }
    return way;
  }

  private static Block need(Map<Cid, Block> blocks, Cid cid) throws IOException {
    Block block = blocks.get(cid);
    if (block == null) {
      throw new IOException("Block " + cid + " is missing in the witness CAR");
    }
    return block;
  }

  /** A link is a byte string with a zero before the CID; its tag 42 is not kept by the parser. */
  private static Cid link(JsonNode node) throws IOException {
    byte[] bytes = node.isBinary() ? node.binaryValue() : new byte[0];
    if (bytes.length < 2 || bytes[0] != 0) {
      throw new IOException("A link is missing in the witness CAR");
    }
    return Cid.of(Arrays.copyOfRange(bytes, 1, bytes.length));
  }

  private static byte[] slice(byte[] car, int from, long length) throws IOException {
    if (length <= 0 || length > MAX_BLOCK_BYTES || length > car.length - from) {
      throw new IOException("The witness CAR is cut short, or a block of it is too large");
    }
    return Arrays.copyOfRange(car, from, from + (int) length);
  }
}
