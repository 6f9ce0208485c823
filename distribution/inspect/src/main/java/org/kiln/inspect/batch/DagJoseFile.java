package org.kiln.inspect.batch;

import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.inspect.RefusedException;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jose;
import org.kiln.ipld.Json;

/** {@code dagjose}: JOSE objects encoded and decoded. */
final class DagJoseFile implements VectorFile {

  @Override
  public Ipld.Map answer(Inputs inputs) throws RefusedException, CodecException {
    if (inputs.has("bytesHex")) {
      return Ipld.map("ok", Ipld.TRUE, "decoded", decoded(inputs.hex("bytesHex")));
    }
    byte[] block = DagJose.encode(Jose.ofJson(inputs.object("jose")));
    return Ipld.map(
        "ok", Ipld.TRUE,
        "bytesHex", Answers.hex(block),
        "cid", Answers.text(Cid.sha256(Cid.DAG_JOSE, block)),
        "decoded", decoded(block),
        "plainCborDagJson", Answers.dagJson(DagCbor.decode(block)));
  }

  /** The general form; a payload that is no link but JSON is shown decoded too. */
  private static Ipld.Map decoded(byte[] block) throws CodecException {
    Jose jose = DagJose.read(block);
    Ipld.Map json = jose.toJson();
    if (jose instanceof Jose.Signed signed && signed.link().isEmpty()) {
      try {
        return json.with("pld", Json.parse(signed.payload()));
      } catch (CodecException noJson) {
        return json;
      }
    }
    return json;
  }
}
