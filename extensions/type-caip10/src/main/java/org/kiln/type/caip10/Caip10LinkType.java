package org.kiln.type.caip10;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Next;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.kit.stream.Controllers;

/**
 * The CAIP-10 Link, stream type 1. Its events carry no envelope: each holds a text that the
 * account's wallet signed. A link stays pending until a time event puts it in force. Thread-safe.
 *
 * @see <a href="https://github.com/ceramicnetwork/CIPs/blob/main/CIPs/cip-7.md">CIP-7</a>
 */
public final class Caip10LinkType implements StreamType {
  private static final String LAST_UPDATE = "lastUpdate";

  private final AccountSignatures signatures;

  /** A type that can ask no chains. */
  public Caip10LinkType() {
    this(
        (chain, contract, data, deadline) -> {
          throw new IOException("chains are not asked here");
        },
        new ChainNodes(Map.of()));
  }

  /**
   * A type that asks chains.
   *
   * @param contracts for contract wallets
   * @param nodes for the keys of accounts whose proofs do not have them; the caller closes them
   */
  public Caip10LinkType(ContractReader contracts, ChainNodes nodes) {
    this.signatures = new AccountSignatures(contracts, nodes);
  }

  @Override
  public int typeCode() {
    return 1;
  }

  @Override
  public String name() {
    return "caip10-link";
  }

  @Override
  public int revision() {
    return 4;
  }

  /** Contract wallets, and accounts whose keys only their chain has. */
  @Override
  public boolean asksOutside() {
    return true;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context) throws InvalidEventException {
    if (event.hasContent()) {
      throw new InvalidEventException("Caip10Link genesis commit cannot have data");
    }
    Controllers.only(event.header());
    Next nothing = new Next(Optional.of(Ipld.NULL), Optional.empty());
    return Document.of(Ipld.NULL, event.header(), Signature.GENESIS).with(nothing);
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    Document now = state.document();
    LinkProof proof = LinkProof.read(event.data());
    if (!proof.asksChain()) {
      requireSigned(proof, context);
    }
    if (now.signature() != Signature.GENESIS && proof.timestamp() < lastUpdate(state)) {
      throw new InvalidEventException("Invalid commit, proof timestamp too old");
    }
    String controller = Controllers.only(now.metadata());
    if (!proof.account().equals(LinkProof.normalized(controller))) {
      throw new InvalidEventException(
          "Address '"
              + proof.account()
              + "' used to sign update to Caip10Link doesn't match stream controller '"
              + controller
              + "'");
    }
    if (proof.asksChain()) {
      // A chain is asked only for what is right in all else.
      requireSigned(proof, context);
    }
    Ipld.Map metadata = now.latestMetadata().with(LAST_UPDATE, Ipld.of(proof.timestamp()));
    Next next = new Next(proof.did(), Optional.of(metadata));
    return Document.of(now.content(), now.metadata(), Signature.SIGNED).with(next);
  }

  private void requireSigned(LinkProof proof, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    if (!signatures.fits(proof, context.deadline())) {
      throw new InvalidEventException("Invalid proof for signed commit");
    }
  }

  /**
   * The time a newer proof must not be older than: of the tip's time event, else of the last proof.
   */
  private static long lastUpdate(StreamState state) {
    LogEntry tip = state.log().tip();
    if (tip.kind() == LogEntry.Kind.TIME && tip.timestamp().isPresent()) {
      return tip.timestamp().get().getEpochSecond();
    }
    return state.document().latestMetadata().entries().get(LAST_UPDATE) instanceof Ipld.Int last
        ? last.value().longValue()
        : 0;
  }
}
