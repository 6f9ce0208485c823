package org.kiln.anchor;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.TimestampDesk;
import org.kiln.core.anchor.TimestampDesk.Answer;
import org.kiln.core.anchor.TimestampDesk.Status;
import org.kiln.core.anchor.TimestampDesk.Ticket;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.ipld.Car;

/** Takes the requests of other nodes and keeps what came of them. Thread-safe. */
final class Tickets {
  private final NodeStore store;
  private final RequestQueue queue;
  private final InWork inWork;
  private final InstantSource clock;
  private final TicketTable table;

  Tickets(NodeStore store, RequestQueue queue, InWork inWork, InstantSource clock) {
    this.store = store;
    this.queue = queue;
    this.inWork = inWork;
    this.clock = clock;
    this.table = new TicketTable(store);
  }

  /** See {@link TimestampDesk#request}. */
  Answer request(String client, StreamId stream, Cid tip, Deadline deadline)
      throws LogBusyException {
    long now = clock.millis();
    byte[] asker = TicketKey.client(client);
    Leaf leaf = new Leaf(RequestKey.of(asker, stream), tip, now);
    Answer[] answer = new Answer[1];
    RequestQueue.Put put = queue.put(leaf, batch -> false);
    boolean[] queued = new boolean[1];
    store.write(
        batch -> {
          Optional<Ticket> known = TicketTable.get(batch, stream, tip);
          boolean before = TicketTable.ask(batch, asker, stream, tip);
          queued[0] = known.isEmpty() || mustWait(batch, known.get(), leaf, before);
          if (!queued[0]) {
            answer[0] = new Answer(known.get(), false);
            return;
          }
          put.write(batch);
          put.replaced()
              .filter(older -> !waitsForAnother(batch, asker, stream, older))
              .flatMap(older -> TicketTable.get(batch, stream, older))
              .filter(older -> !TicketTable.done(older.status()))
              .ifPresent(older -> TicketTable.put(batch, replaced(older, now)));
          Ticket ticket =
              known.map(t -> pendingAgain(t, now)).orElseGet(() -> fresh(stream, tip, now));
          TicketTable.put(batch, ticket);
          answer[0] = new Answer(ticket, known.isEmpty());
        },
        Durability.SYNCED,
        deadline);
    if (queued[0]) {
      put.committed();
    }
    return new Answer(seen(answer[0].ticket()), answer[0].created());
  }

  /**
   * Whether a request for a tip that is known must wait in the queue. A failed one begins anew. One
   * that another client asked for waits under this one's name too, so that nobody else can take it
   * back. A replaced one must not push out what replaced it.
   *
   * @param before whether this client has asked for it before
   */
  private boolean mustWait(Batch batch, Ticket known, Leaf leaf, boolean before) {
    return switch (known.status()) {
      case FAILED -> true;
      case COMPLETED -> false;
      case PENDING, PROCESSING -> !before && !inWork.holdsOther(leaf.stream(), leaf.tip());
      case REPLACED -> !before && batch.get(NodeTables.ANCHOR_REQUESTS, leaf.key()) == null;
    };
  }

  private boolean waitsForAnother(Batch batch, byte[] client, StreamId stream, Cid tip) {
    if (inWork.holdsOther(stream, tip)) {
      return true;
    }
    for (byte[] asker : TicketTable.askers(batch, stream, tip)) {
      if (!Arrays.equals(asker, client)
          && RequestQueue.holds(batch, RequestKey.of(asker, stream), tip)) {
        return true;
      }
    }
    return false;
  }

  private static Ticket pendingAgain(Ticket ticket, long now) {
    return TicketTable.done(ticket.status())
        ? with(ticket, Status.PENDING, now, "Request is pending.")
        : ticket;
  }

  /** See {@link TimestampDesk#ticket}. */
  Optional<Ticket> ticket(String client, Cid tip) {
    return table.get(client, tip).map(this::seen);
  }

  /** Keeps the time events of a part of a batch. */
  void complete(List<Leaf> leaves, Events events, Deadline deadline) throws LogBusyException {
    long now = clock.millis();
    store.write(
        batch -> {
          for (int i = 0; i < leaves.size(); i++) {
            Leaf leaf = leaves.get(i);
            Optional<Ticket> ticket =
                leaf.own() ? Optional.empty() : TicketTable.get(batch, leaf.stream(), leaf.tip());
            // Two clients may have asked for it: the first time event is the one they saw.
            if (ticket.isPresent() && ticket.get().status() != Status.COMPLETED) {
              TicketTable.put(batch, completed(ticket.get(), events.of(i), now));
            }
          }
        },
        Durability.SYNCED,
        deadline);
  }

  /** The blocks of the time event of a leaf, its own first. */
  @FunctionalInterface
  interface Events {
    List<Block> of(int index);
  }

  /** Tells the clients of a part of a batch that it failed. */
  void fail(List<Leaf> leaves, String reason, Deadline deadline) throws LogBusyException {
    long now = clock.millis();
    store.write(
        batch -> {
          for (Leaf leaf : leaves) {
            if (!leaf.own()) {
              TicketTable.get(batch, leaf.stream(), leaf.tip())
                  .filter(ticket -> !TicketTable.done(ticket.status()))
                  .ifPresent(t -> TicketTable.put(batch, with(t, Status.FAILED, now, reason)));
            }
          }
        },
        Durability.SYNCED,
        deadline);
  }

  void sweep(long before, Deadline deadline) throws LogBusyException {
    table.sweep(before, deadline);
  }

  /** A ticket as the client should see it: whether it is in a batch is not written with it. */
  private Ticket seen(Ticket ticket) {
    return ticket.status() == Status.PENDING
            && inWork.processing()
            && inWork.holdsOther(ticket.stream(), ticket.tip())
        ? with(ticket, Status.PROCESSING, ticket.updatedAt(), "Request is processing.")
        : ticket;
  }

  private static Ticket fresh(StreamId stream, Cid tip, long now) {
    return new Ticket(
        UUID.randomUUID().toString(),
        stream,
        tip,
        Status.PENDING,
        now,
        now,
        "Request is pending.",
        Optional.empty(),
        Optional.empty());
  }

  private static Ticket replaced(Ticket ticket, long now) {
    return with(ticket, Status.REPLACED, now, "A newer request of the same stream took over.");
  }

  private static Ticket completed(Ticket ticket, List<Block> blocks, long now) {
    return new Ticket(
        ticket.id(),
        ticket.stream(),
        ticket.tip(),
        Status.COMPLETED,
        ticket.createdAt(),
        now,
        "CID successfully anchored.",
        Optional.of(blocks.get(0).cid()),
        Optional.of(new Car(List.of(blocks.get(0).cid()), blocks).write()));
  }

  private static Ticket with(Ticket ticket, Status status, long updatedAt, String message) {
    return new Ticket(
        ticket.id(),
        ticket.stream(),
        ticket.tip(),
        status,
        ticket.createdAt(),
        updatedAt,
        message,
        ticket.timeEvent(),
        ticket.witnessCar());
  }
}
