package org.kiln.anchor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.TimestampDesk.Status;
import org.kiln.core.anchor.TimestampDesk.Ticket;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.ipld.DagCbor;

/** The requests of other nodes by tip, until some time after they are done. Thread-safe. */
final class TicketTable {
  private static final int SWEEP = 500;

  private final NodeStore store;

  TicketTable(NodeStore store) {
    this.store = store;
  }

  Optional<Ticket> get(Cid tip) {
    byte[] value = store.read(snapshot -> snapshot.get(NodeTables.ANCHOR_TICKETS, tip.bytes()));
    return Optional.ofNullable(value).map(bytes -> decode(tip, bytes));
  }

  static Optional<Ticket> get(Batch batch, Cid tip) {
    byte[] value = batch.get(NodeTables.ANCHOR_TICKETS, tip.bytes());
    return Optional.ofNullable(value).map(bytes -> decode(tip, bytes));
  }

  static void put(Batch batch, Ticket ticket) {
    batch.put(NodeTables.ANCHOR_TICKETS, ticket.tip().bytes(), encode(ticket));
  }

  /** Drops tickets that have been done since before that time; unix milliseconds. */
  void sweep(long before, Deadline deadline) throws LogBusyException {
    byte[] from = null;
    List<byte[]> old = new ArrayList<>();
    do {
      old.clear();
      byte[] start = from;
      from =
          store.read(
              snapshot -> {
                byte[] last = null;
                try (Cursor cursor =
                    snapshot.range(NodeTables.ANCHOR_TICKETS, start, null, false)) {
                  while (old.size() < SWEEP && cursor.next()) {
                    last = cursor.key();
                    Ticket ticket = decode(Cid.of(last), cursor.value());
                    if (done(ticket.status()) && ticket.updatedAt() < before) {
                      old.add(last);
                    }
                  }
                }
                return last;
              });
      if (!old.isEmpty()) {
        store.write(
            batch -> old.forEach(key -> batch.delete(NodeTables.ANCHOR_TICKETS, key)),
            Durability.BUFFERED,
            deadline);
      }
    } while (old.size() == SWEEP);
  }

  static boolean done(Status status) {
    return switch (status) {
      case PENDING, PROCESSING -> false;
      case COMPLETED, FAILED, REPLACED -> true;
    };
  }

  private static byte[] encode(Ticket ticket) {
    Map<String, Ipld> map = new LinkedHashMap<>();
    map.put("id", Ipld.of(ticket.id()));
    map.put("stream", new Ipld.Bytes(ticket.stream().bytes()));
    map.put("status", Ipld.of(ticket.status().name()));
    map.put("created", Ipld.of(ticket.createdAt()));
    map.put("updated", Ipld.of(ticket.updatedAt()));
    map.put("message", Ipld.of(ticket.message()));
    ticket.timeEvent().ifPresent(cid -> map.put("event", Ipld.of(cid)));
    ticket.witnessCar().ifPresent(car -> map.put("car", new Ipld.Bytes(car)));
    return DagCbor.encode(new Ipld.Map(map));
  }

  private static Ticket decode(Cid tip, byte[] value) {
    Ipld.Map map = Records.map(value);
    return new Ticket(
        Records.text(map, "id"),
        StreamId.of(Records.bytes(map.entries().get("stream"))),
        tip,
        Status.valueOf(Records.text(map, "status")),
        Records.number(map, "created"),
        Records.number(map, "updated"),
        Records.text(map, "message"),
        map.get("event").map(Records::link),
        map.get("car").map(Records::bytes));
  }
}
