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
import org.kiln.api.store.Snapshot;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.TimestampDesk.Status;
import org.kiln.core.anchor.TimestampDesk.Ticket;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.ipld.DagCbor;

/**
 * The requests of other nodes, by tip and stream, until some time after they are done, and who
 * asked for them. Thread-safe.
 */
final class TicketTable {
  private static final int SWEEP = 500;

  /** Tickets of one tip, or clients that ask for it, that are looked at. */
  private static final int MOST = 100;

  private final NodeStore store;

  TicketTable(NodeStore store) {
    this.store = store;
  }

  /** The ticket of a tip that the client asked for; of one that did not ask, the oldest. */
  Optional<Ticket> get(String client, Cid tip) {
    return store.read(
        snapshot -> {
          byte[] stream =
              snapshot.get(
                  NodeTables.ANCHOR_TICKETS, TicketKey.asked(tip, TicketKey.client(client)));
          Optional<Ticket> own =
              stream == null ? Optional.empty() : get(snapshot, StreamId.of(stream), tip);
          return own.isPresent() ? own : oldest(snapshot, tip);
        });
  }

  static Optional<Ticket> get(Snapshot snapshot, StreamId stream, Cid tip) {
    byte[] value = snapshot.get(NodeTables.ANCHOR_TICKETS, TicketKey.ticket(tip, stream));
    return value != null
        ? Optional.of(decode(tip, value))
        : old(snapshot, tip).filter(ticket -> ticket.stream().equals(stream));
  }

  /** A ticket from before streams told them apart. */
  private static Optional<Ticket> old(Snapshot snapshot, Cid tip) {
    byte[] value = snapshot.get(NodeTables.ANCHOR_TICKETS, tip.bytes());
    return Optional.ofNullable(value).map(bytes -> decode(tip, bytes));
  }

  private static Optional<Ticket> oldest(Snapshot snapshot, Cid tip) {
    Optional<Ticket> oldest = old(snapshot, tip);
    byte[] prefix = TicketKey.tickets(tip);
    try (Cursor cursor = snapshot.range(NodeTables.ANCHOR_TICKETS, prefix, null, false)) {
      for (int i = 0;
          i < MOST && cursor.next() && TicketKey.beginsWith(cursor.key(), prefix);
          i++) {
        Ticket ticket = decode(tip, cursor.value());
        if (oldest.isEmpty() || ticket.createdAt() < oldest.get().createdAt()) {
          oldest = Optional.of(ticket);
        }
      }
    }
    return oldest;
  }

  static void put(Batch batch, Ticket ticket) {
    if (old(batch, ticket.tip()).filter(o -> o.stream().equals(ticket.stream())).isPresent()) {
      batch.delete(NodeTables.ANCHOR_TICKETS, ticket.tip().bytes());
    }
    batch.put(
        NodeTables.ANCHOR_TICKETS, TicketKey.ticket(ticket.tip(), ticket.stream()), encode(ticket));
  }

  /** Notes who asks; answers whether that client has asked for it before. */
  static boolean ask(Batch batch, byte[] client, StreamId stream, Cid tip) {
    byte[] key = TicketKey.asked(tip, client);
    byte[] before = batch.get(NodeTables.ANCHOR_TICKETS, key);
    batch.put(NodeTables.ANCHOR_TICKETS, key, stream.bytes());
    return before != null && StreamId.of(before).equals(stream);
  }

  /** The clients that asked for a tip of a stream, a hundred at most. */
  static List<byte[]> askers(Snapshot snapshot, StreamId stream, Cid tip) {
    byte[] prefix = TicketKey.askers(tip);
    List<byte[]> askers = new ArrayList<>();
    try (Cursor cursor = snapshot.range(NodeTables.ANCHOR_TICKETS, prefix, null, false)) {
      while (askers.size() < MOST && cursor.next() && TicketKey.beginsWith(cursor.key(), prefix)) {
        if (StreamId.of(cursor.value()).equals(stream)) {
          askers.add(TicketKey.client(cursor.key()));
        }
      }
    }
    return askers;
  }

  /** Drops tickets that have been done since before that time; unix milliseconds. */
  void sweep(long before, Deadline deadline) throws LogBusyException {
    byte[] from = null;
    Map<byte[], Ticket> old = new LinkedHashMap<>();
    do {
      old.clear();
      byte[] start = from;
      from =
          store.read(
              snapshot -> {
                byte[] last = null;
                try (Cursor cursor =
                    snapshot.range(
                        NodeTables.ANCHOR_TICKETS, start, TicketKey.END_OF_TICKETS, false)) {
                  while (old.size() < SWEEP && cursor.next()) {
                    last = cursor.key();
                    Ticket ticket = decode(TicketKey.tip(last), cursor.value());
                    if (done(ticket.status()) && ticket.updatedAt() < before) {
                      old.put(last, ticket);
                    }
                  }
                }
                return last;
              });
      if (!old.isEmpty()) {
        store.write(
            batch -> old.forEach((key, ticket) -> drop(batch, key, ticket)),
            Durability.BUFFERED,
            deadline);
      }
    } while (old.size() == SWEEP);
  }

  /** Drops a ticket and who asked for it; of very many, those who are left say nothing any more. */
  private static void drop(Batch batch, byte[] key, Ticket ticket) {
    batch.delete(NodeTables.ANCHOR_TICKETS, key);
    for (byte[] client : askers(batch, ticket.stream(), ticket.tip())) {
      batch.delete(NodeTables.ANCHOR_TICKETS, TicketKey.asked(ticket.tip(), client));
    }
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
