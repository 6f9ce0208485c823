package org.kiln.inspect.batch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJson;
import org.kiln.ipld.Json;

/**
 * {@code dagcbor}: values encoded, blocks decoded, CIDs compared; numbers as JavaScript has them.
 */
final class DagCborFile implements VectorFile {

  @Override
  public Ipld.Map answer(Inputs inputs) throws RefusedException, CodecException {
    if (inputs.has("dagJson")) {
      return encode(inputs.text("dagJson"));
    }
    byte[] block = inputs.hex("bytesHex");
    if (inputs.has("cid")) {
      return Ipld.map("matches", Ipld.of(inputs.cid("cid").matches(block)));
    }
    Ipld value = Json.numbers(DagCbor.decode(block));
    byte[] again = DagCbor.encode(value);
    return Ipld.map(
        "ok", Ipld.TRUE,
        "dagJson", Answers.dagJson(value),
        "reencodedHex", Answers.hex(again),
        "canonical", Ipld.of(Arrays.equals(again, block)));
  }

  private static Ipld.Map encode(String text) throws CodecException {
    Ipld value = Json.numbers(DagJson.parse(text.getBytes(StandardCharsets.UTF_8)));
    byte[] block = DagCbor.encode(value);
    return Ipld.map(
        "ok", Ipld.TRUE,
        "bytesHex", Answers.hex(block),
        "cid", Answers.text(Cid.sha256(Cid.DAG_CBOR, block)),
        "redecodedDagJson", Answers.dagJson(Json.numbers(DagCbor.decode(block))));
  }
}
