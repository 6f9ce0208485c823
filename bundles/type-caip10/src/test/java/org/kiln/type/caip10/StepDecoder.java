package org.kiln.type.caip10;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.testkit.StreamVectors;

/** Decodes the steps of the stream vectors. */
final class StepDecoder implements StreamVectors.Decoder {

  @Override
  public StreamVectors.Decoded decode(JsonNode step) throws Exception {
    Map<Cid, Block> blocks = new HashMap<>();
    Cid root = Cid.parse(step.get("eventCid").asText());
    put(blocks, step, "eventHex", root.codec());
    put(blocks, step, "linkedBlockHex", Cid.DAG_CBOR);
    put(blocks, step, "cacaoBlockHex", Cid.DAG_CBOR);
    DecodedEvent decoded = EventDecoder.decode(root, EventDecoder.Blocks.of(blocks));
    Set<String> signers = new LinkedHashSet<>();
    if (decoded.envelope().isPresent()) {
      signers.add(decoded.envelope().get().header().kid().orElseThrow().split("#")[0]);
      decoded
          .envelope()
          .get()
          .header()
          .kid()
          .map(kid -> kid.split("\\?")[0])
          .ifPresent(signers::add);
    }
    if (decoded.envelope().isPresent() && decoded.envelope().get().capability().isPresent()) {
      Ipld.Map cacao =
          (Ipld.Map) DagCbor.decode(decoded.envelope().get().capability().get().data());
      signers.add(((Ipld.Map) cacao.get("p").orElseThrow()).text("iss").orElseThrow());
    }
    return new StreamVectors.Decoded(decoded.event(), signers);
  }

  private static void put(Map<Cid, Block> blocks, JsonNode step, String name, long codec) {
    if (step.hasNonNull(name)) {
      byte[] data = HexFormat.of().parseHex(step.get(name).asText());
      Cid cid = Cid.sha256(codec, data);
      blocks.put(cid, new Block(cid, data));
    }
  }
}
