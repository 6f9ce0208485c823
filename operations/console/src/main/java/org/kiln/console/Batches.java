package org.kiln.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.LogEntry;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.ProofPath;

/**
 * The transactions behind the newest time events, whoever wrote them: time events with one proof
 * are a batch. Found in the log itself, from where the last look ended. Thread-safe.
 */
final class Batches {
  /** Events looked at by one request. */
  private static final int LOOK = 20_000;

  private static final int KEPT = 100;

  private final Map<Cid, Batch> batches = new LinkedHashMap<>();
  private long looked = -1;
  private long begun;

  private static final class Batch {
    private AnchorProof proof;
    private long timeEvents;
    private long first;
    private long last;
  }

  /** The newest first. */
  synchronized Ipld newest(EventLog log) {
    long last = log.lastSequence();
    if (looked < 0 || looked < last - LOOK || last < looked) {
      batches.clear();
      looked = Math.max(0, last - LOOK);
      begun = looked;
    }
    log.scan(
        looked,
        stored -> {
          looked = stored.sequence();
          if (stored.event().kind() == LogEntry.Kind.TIME) {
            add(stored);
          }
          return looked < last;
        });
    List<Ipld> rows = new ArrayList<>();
    List.copyOf(batches.entrySet())
        .reversed()
        .forEach(entry -> rows.add(describe(entry.getKey(), entry.getValue())));
    return Ipld.map("list", new Ipld.List(rows), "complete", Ipld.of(begun == 0));
  }

  private void add(StoredEvent stored) {
    try {
      Map<Cid, Block> blocks = new HashMap<>();
      stored.event().blocks().forEach(block -> blocks.put(block.cid(), block));
      Block own = blocks.get(stored.event().cid());
      if (own == null
          || !(DagCbor.decode(own.data()) instanceof Ipld.Map event)
          || !(event.entries().get("proof") instanceof Ipld.Link link)
          || !blocks.containsKey(link.cid())) {
        return;
      }
      Batch batch = batches.remove(link.cid());
      if (batch == null) {
        batch = new Batch();
        batch.proof = ProofPath.proof(blocks.get(link.cid()));
        batch.first = stored.event().receivedAt();
      }
      batch.timeEvents++;
      batch.last = stored.event().receivedAt();
      batches.put(link.cid(), batch);
      if (batches.size() > KEPT) {
        batches.remove(batches.keySet().iterator().next());
      }
    } catch (CodecException e) {
      // A time event whose proof cannot be read belongs to no batch that could be shown.
      return;
    }
  }

  private static Ipld describe(Cid proof, Batch batch) {
    return Ipld.map(
        "proof", Ipld.of(proof.toString()),
        "chain", Ipld.of(batch.proof.chainId()),
        "root", Ipld.of(batch.proof.root().toString()),
        "tx", Ipld.of(EventView.transaction(batch.proof)),
        "txType", Route.text(batch.proof.txType()),
        "timeEvents", Ipld.of(batch.timeEvents),
        "firstAt", Ipld.of(batch.first),
        "lastAt", Ipld.of(batch.last));
  }
}
