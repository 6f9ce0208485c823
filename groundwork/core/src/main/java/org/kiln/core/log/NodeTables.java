package org.kiln.core.log;

import java.util.Set;
import org.kiln.api.store.Table;

/** Every table of the node's store, and who owns it. */
public final class NodeTables {
  /** Owned by events: stream key ‖ sequence → event record with its blocks. */
  public static final Table EVENTS = new Table("events");

  /** Owned by events: sequence → key in {@link #EVENTS}. */
  public static final Table SEQUENCE = new Table("sequence");

  /** Owned by events: CID of a block → where it lies. */
  public static final Table BLOCKS = new Table("blocks");

  /** Owned by events: EventId → sequence, the Recon order. */
  public static final Table ORDER = new Table("order");

  /** Owned by events: range sums over {@link #ORDER}. */
  public static final Table SUMS = new Table("sums");

  /** Owned by events: position → run of entries of the journal. */
  public static final Table JOURNAL = new Table("journal");

  /** Owned by events: events that are not deliverable yet, by themselves and by what they lack. */
  public static final Table HELD = new Table("held");

  /** Owned by events: format version and counters. */
  public static final Table LOG_META = new Table("log-meta");

  /** Owned by streams, derived: StreamID → state checkpoint. */
  public static final Table STATES = new Table("states");

  /** Owned by streams, derived: StreamID → what its state waits for. */
  public static final Table UNFINISHED = new Table("unfinished");

  /** Owned by streams: StreamID → pin. */
  public static final Table PINS = new Table("pins");

  /** Owned by streams: CID of a proof block → what its chain said; kept on a rebuild. */
  public static final Table PROOFS = new Table("proofs");

  /** Owned by anchor: stream → request. */
  public static final Table ANCHOR_REQUESTS = new Table("anchor-requests");

  /** Owned by anchor: batches and their transactions. */
  public static final Table ANCHOR_BATCHES = new Table("anchor-batches");

  /** Owned by anchor: tip → what was asked on behalf of another node. */
  public static final Table ANCHOR_TICKETS = new Table("anchor-tickets");

  /** Owned by interests: hash of an interest → interest. */
  public static final Table INTERESTS = new Table("interests");

  /** Owned by net-recon: peers that an operator has blocked, and the keys of the peer ring. */
  public static final Table RECON = new Table("recon");

  /** All of them. */
  public static final Set<Table> ALL =
      Set.of(
          EVENTS,
          SEQUENCE,
          BLOCKS,
          ORDER,
          SUMS,
          JOURNAL,
          HELD,
          LOG_META,
          STATES,
          UNFINISHED,
          PINS,
          PROOFS,
          ANCHOR_REQUESTS,
          ANCHOR_BATCHES,
          ANCHOR_TICKETS,
          INTERESTS,
          RECON);

  private NodeTables() {}
}
