package org.kiln.inspect;

import java.util.Optional;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.AnchorProofs;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.SignedEnvelope;

/** What an event says, and whether its signature holds. */
final class Events {
  private final Accounts accounts;

  Events(Accounts accounts) {
    this.accounts = accounts;
  }

  /** The event; the hashes of its blocks are verified already. */
  Ipld.Map describe(DecodedEvent decoded) throws CodecException {
    Event event = decoded.event();
    Ipld.Map.Builder out =
        Ipld.Map.builder()
            .with("kind", Ipld.of(kind(event)))
            .with("cid", Ipld.of(event.cid().toString()))
            .with("hashes", Ipld.of("verified"));
    if (event instanceof Event.Init init) {
      StreamId stream = StreamOf.init(init);
      out.put("streamId", Ipld.of(stream.toString()));
      Identifiers.typeName(stream.type()).ifPresent(name -> out.put("streamType", Ipld.of(name)));
      StreamMetadata metadata = InitHeader.of(init).metadata();
      metadata
          .modelBytes()
          .map(Ipld.Bytes::value)
          .ifPresent(
              model -> {
                out.put("model", Ipld.of(shownModel(model)));
                metadata
                    .controller()
                    .ifPresent(
                        own ->
                            out.put(
                                "eventIds",
                                Identifiers.eventIds(model, own, init.cid(), init.cid())));
              });
    }
    if (decoded.envelope().isPresent()) {
      signature(decoded.envelope().get(), event, out);
    }
    Block content = decoded.envelope().map(SignedEnvelope::payload).orElse(decoded.blocks().get(0));
    out.put("payload", DagCbor.decode(content.data()));
    if (event instanceof Event.Time time) {
      proof(time, decoded, out);
    }
    Ipld.Map.Builder blocks = Ipld.Map.builder();
    for (Block block : decoded.blocks()) {
      blocks.put(block.cid().toString(), Ipld.of(block.size() + " bytes"));
    }
    out.put("blocks", blocks.build());
    return out.build();
  }

  private void signature(SignedEnvelope envelope, Event event, Ipld.Map.Builder out)
      throws CodecException {
    Ipld.Map.Builder signature = Ipld.Map.builder().with("alg", Ipld.of(envelope.header().alg()));
    envelope.header().kid().ifPresent(kid -> signature.put("kid", Ipld.of(kid)));
    signature.put("payload", Ipld.of(envelope.payload().cid().toString()));
    try {
      VerifiedSignature verified = accounts.verifier().verify(envelope, Deadline.NONE);
      signature.put("verdict", Ipld.of("verified"));
      if (event instanceof Event.Init init) {
        signature.put("controller", Ipld.of(standing(verified, init, envelope)));
      }
    } catch (UnverifiedException e) {
      signature.put("verdict", Ipld.of("refused: " + e.getMessage()));
    } catch (DependencyMissingException e) {
      signature.put("verdict", Ipld.of("not checked: " + e.getMessage()));
    }
    out.put("signature", signature.build());
    if (envelope.capability().isPresent()) {
      Block block = envelope.capability().get();
      out.put(
          "capability",
          Ipld.map(
              "cid", Ipld.of(block.cid().toString()), "content", DagCbor.decode(block.data())));
    }
  }

  private String standing(VerifiedSignature verified, Event.Init init, SignedEnvelope envelope) {
    try {
      accounts.authorize(verified, init, envelope.payload().cid());
      return "is the signer, or let the signer act";
    } catch (UnverifiedException | DependencyMissingException | RefusedException e) {
      return e.getMessage();
    }
  }

  private static void proof(Event.Time time, DecodedEvent decoded, Ipld.Map.Builder out)
      throws CodecException {
    Optional<Block> block =
        decoded.blocks().stream().filter(b -> b.cid().equals(time.proof())).findFirst();
    if (block.isEmpty()) {
      out.put("proof", Ipld.of("is not among the blocks"));
      return;
    }
    AnchorProof proof = AnchorProofs.decode(block.get());
    long steps = time.path().chars().filter(c -> c != '/').count();
    boolean whole = decoded.blocks().size() == steps + 2;
    out.put(
        "proof",
        Ipld.Map.builder()
            .with("chainId", Ipld.of(proof.chainId()))
            .with("root", Ipld.of(proof.root().toString()))
            .with("transaction", Identifiers.hex(proof.txHash().digest()))
            .with("txType", Ipld.of(proof.txType().orElse("raw")))
            .with("path", Ipld.of(whole ? "leads to prev" : "some of its nodes are missing"))
            .with("chain", Ipld.of("not asked"))
            .build());
  }

  private static String kind(Event event) {
    return switch (event) {
      case Event.Init init -> init.signed() ? "signed init event" : "unsigned init event";
      case Event.Data data -> data.signed() ? "signed data event" : "unsigned data event";
      case Event.Time ignored -> "time event";
    };
  }

  private static String shownModel(byte[] model) {
    try {
      return StreamId.of(model).toString();
    } catch (IllegalArgumentException e) {
      return "no StreamID: " + e.getMessage();
    }
  }
}
