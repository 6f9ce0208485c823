package org.kiln.events.journal;

import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.LogEntry;
import org.kiln.core.log.NewEvent;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;

/** Finds the event that an event builds on in its blocks, for events of which it was not said. */
public final class Previous {
  private Previous() {}

  /** Empty for an init event, and for what is none that this release can read. */
  public static Optional<Cid> of(NewEvent event) {
    if (event.kind() == LogEntry.Kind.INIT) {
      return Optional.empty();
    }
    try {
      Block own = event.blocks().getFirst();
      Cid body =
          own.cid().codec() == Cid.DAG_JOSE ? DagJose.decode(own.data()).payloadCid() : own.cid();
      return event.blocks().stream()
          .filter(block -> block.cid().equals(body))
          .findFirst()
          .flatMap(Previous::in);
    } catch (CodecException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Cid> in(Block body) {
    try {
      return body.cid().codec() == Cid.DAG_CBOR
              && DagCbor.decode(body.data()) instanceof Ipld.Map map
              && map.get("prev").orElse(Ipld.NULL) instanceof Ipld.Link previous
          ? Optional.of(previous.cid())
          : Optional.empty();
    } catch (CodecException e) {
      return Optional.empty();
    }
  }
}
