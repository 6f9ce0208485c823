package org.kiln.type.caip10;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamState;
import org.kiln.testkit.FakeApplyContext;
import org.kiln.testkit.SampleStream;

/** Links of made-up accounts, each in a stream of its own. */
final class Links {
  private Links() {}

  /** A type that asks contract wallets, and no other accounts' chains. */
  static Caip10LinkType asking(ContractReader contracts) {
    return new Caip10LinkType(contracts, new ChainNodes(Map.of()));
  }

  /** A type that asks the nodes, and no contract wallets. */
  static Caip10LinkType asking(ChainNodes nodes) {
    return new Caip10LinkType(
        (chain, contract, data, deadline) -> {
          throw new AssertionError("asked a contract");
        },
        nodes);
  }

  /** The document after the proof, in the stream of the account that the proof names. */
  static Document apply(Caip10LinkType type, Ipld.Map proof) throws Exception {
    return apply(type, proof, proof.text("account").orElseThrow());
  }

  /** The document after the proof, in the stream of another account. */
  static Document apply(Caip10LinkType type, Ipld.Map proof, String controller) throws Exception {
    Ipld.Map header =
        Ipld.map("controllers", Ipld.list(Ipld.of(controller)), "family", Ipld.of("x"));
    Event.Init init = new Event.Init(SampleStream.cid("link"), header, Optional.empty(), false);
    StreamState empty =
        SampleStream.created(
            1, init.cid(), Document.of(Ipld.NULL, header, Document.Signature.GENESIS));
    StreamState created =
        SampleStream.created(1, init.cid(), type.init(init, new FakeApplyContext(empty.id())));
    Event.Data event =
        new Event.Data(
            SampleStream.cid("proof"),
            Optional.of(created.id().init()),
            created.tip(),
            proof,
            Optional.empty(),
            false);
    return type.apply(created, event, new FakeApplyContext(created.id()));
  }

  static Ipld.Map proof(JsonNode json) {
    Ipld.Map proof = Ipld.map();
    for (var field : json.properties()) {
      JsonNode value = field.getValue();
      proof =
          proof.with(
              field.getKey(),
              value.isTextual() ? Ipld.of(value.asText()) : Ipld.of(value.asLong()));
    }
    return proof;
  }

  static Ipld.Map proof(String account, String type, String message, String signature) {
    return Ipld.map(
        "version",
        Ipld.of(2),
        "type",
        Ipld.of(type),
        "account",
        Ipld.of(account),
        "message",
        Ipld.of(message),
        "signature",
        Ipld.of(signature),
        "timestamp",
        Ipld.of(1_700_000_000L));
  }
}
