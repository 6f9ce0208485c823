package org.kiln.imports;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.net.Interest;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventCar;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.launch.Progress;

/**
 * Takes over the events of a ceramic-one, in the order in which it delivered them, a few hundred at
 * once. They go through the door for events from elsewhere: what is not authentic is refused there,
 * what cannot be judged yet is kept. Nothing is remembered of how far it came, since an event that
 * is here is passed over at the cost of a look-up. For one thread.
 */
final class OneImport {
  private static final int MODEL_TYPE = 2;
  private static final int INSTANCE_TYPE = 3;
  private static final int PAGE = 256;

  /** Of blocks that are in memory at once, one event more. */
  private static final long MOST_BYTES = 8L << 20;

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Origin ORIGIN = new Origin.Peer("");

  private final StreamArrivals arrivals;
  private final EventLog log;
  private final NetworkId network;
  private final OneStore store;
  private final Findings findings;
  private final byte[] models;

  private final List<StreamEvent> batch = new ArrayList<>(PAGE);
  private final Map<Cid, StreamId> begun = new HashMap<>();
  private long batchBytes;
  private long taken;
  private long present;

  OneImport(
      StreamArrivals arrivals, EventLog log, NetworkId network, OneStore store, Findings findings) {
    this.arrivals = arrivals;
    this.log = log;
    this.network = network;
    this.store = store;
    this.findings = findings;
    this.models = EventId.prefix(network, Interest.MODEL, StreamId.MODEL.bytes());
  }

  /** The store opened as this work reads it: a block that no event may have is not read. */
  static int longestBlock() {
    return EventDecoder.MAX_BLOCK_BYTES;
  }

  /** Takes all of them. */
  void run(Progress progress) throws OneStoreException {
    requireNetwork();
    long total = store.events();
    long seen = 0;
    for (Walk walk : List.<Walk>of(store::delivered, store::undelivered)) {
      OneRow after = OneRow.NONE;
      for (List<OneRow> page = walk.next(after, PAGE);
          !page.isEmpty();
          page = walk.next(after, PAGE)) {
        for (OneRow row : page) {
          take(row);
        }
        receive();
        seen += page.size();
        progress.reached(Math.min(seen, total - 1), total);
        after = page.getLast();
      }
    }
    if (seen < total) {
      findings.unseen(total - seen, OneStore.MEND);
    }
    progress.reached(total, total);
  }

  /** A walk through the rows of the store. */
  private interface Walk {
    List<OneRow> next(OneRow after, int most) throws OneStoreException;
  }

  /** How many were taken by this run. */
  long taken() {
    return taken;
  }

  /** How many were here before. */
  long present() {
    return present;
  }

  /** Keys begin with the network, so the outermost ones tell of all. */
  void requireNetwork() throws OneStoreException {
    for (byte[] bytes : store.outermostKeys()) {
      Optional<EventId> key = EventId.tryOf(bytes);
      if (key.isPresent() && key.get().network() != network.number()) {
        throw new OneStoreException(
            "The store holds events of the network "
                + nameOf(key.get().network())
                + ", and this node belongs to "
                + network.name()
                + ": give a data directory of its own to each network, with --data and --network.",
            null);
      }
    }
  }

  private static String nameOf(long number) {
    for (NetworkId known :
        List.of(
            NetworkId.MAINNET,
            NetworkId.TESTNET_CLAY,
            NetworkId.DEV_UNSTABLE,
            NetworkId.INMEMORY)) {
      if (known.number() == number) {
        return known.name();
      }
    }
    long local = number - NetworkId.local(0).number();
    return local >= 0 ? NetworkId.local(local).name() : "number " + number;
  }

  private void take(OneRow row) throws OneStoreException {
    if (row.disorder() != null) {
      findings.note(
          "row "
              + row.number()
              + " has "
              + row.disorder()
              + " for its order of delivery: it is taken after the others");
    }
    Cid cid;
    try {
      cid = Cid.of(row.cid() == null ? new byte[0] : row.cid());
    } catch (IllegalArgumentException e) {
      findings.refused("row at " + row.place(), "its CID is none: " + e.getMessage());
      return;
    }
    if (log.contains(cid)) {
      present++;
      noteUnverified(cid);
      return;
    }
    try {
      OneBlocks blocks = store.blocks(row.cid());
      DecodedEvent event = EventCar.read(cid, blocks);
      batch.add(new StreamEvent(stream(event, row), event));
      batchBytes += blocks.bytes();
    } catch (CodecException | OneStore.DamagedRowException e) {
      findings.refused("event " + cid, e.getMessage());
    }
    if (batchBytes >= MOST_BYTES) {
      receive();
    }
  }

  private StreamId stream(DecodedEvent event, OneRow row) throws CodecException {
    Cid cid = event.event().cid();
    Optional<Cid> named =
        switch (event.event()) {
          case Event.Init init -> {
            boolean model =
                InitHeader.of(init).metadata().model().filter(StreamId.MODEL::equals).isPresent();
            StreamId stream = StreamId.of(model ? MODEL_TYPE : INSTANCE_TYPE, cid);
            begun.put(cid, stream);
            yield Optional.of(cid);
          }
          case Event.Data data -> data.id();
          case Event.Time time -> time.id();
        };
    Cid first = named.orElseThrow(() -> new CodecException("it names no stream"));
    StreamId known = begun.get(first);
    if (known != null) {
      return known;
    }
    Optional<StoredEvent> stored = log.event(first);
    if (stored.isPresent()) {
      return stored.get().event().stream();
    }
    // Its first event was not taken; the key alone says whether it is of a model.
    EventId key =
        Optional.ofNullable(row.key())
            .flatMap(EventId::tryOf)
            .orElseThrow(
                () -> new CodecException("the init event " + first + " of its stream is not here"));
    boolean model =
        HexFormat.of().formatHex(key.bytes()).startsWith(HexFormat.of().formatHex(models));
    return StreamId.of(model ? MODEL_TYPE : INSTANCE_TYPE, first);
  }

  private void receive() throws OneStoreException {
    if (!batch.isEmpty()) {
      List<Optional<StreamException>> refusals =
          arrivals.receive(List.copyOf(batch), ORIGIN, Deadline.in(PATIENCE));
      for (int i = 0; i < refusals.size(); i++) {
        Cid cid = batch.get(i).event().event().cid();
        if (refusals.get(i).isEmpty()) {
          taken++;
          noteUnverified(cid);
        } else {
          refuse(cid, refusals.get(i).get());
        }
      }
    }
    batch.clear();
    begun.clear();
    batchBytes = 0;
  }

  private void refuse(Cid cid, StreamException refusal) throws OneStoreException {
    if (refusal.reason() == Reason.STORAGE || refusal.reason() == Reason.BUSY) {
      throw new OneStoreException(
          "The node's own store takes no more: "
              + refusal.getMessage()
              + ". What was taken so far stays; begin again when that is mended.",
          refusal);
    }
    findings.refused("event " + cid, refusal.getMessage());
  }

  private void noteUnverified(Cid cid) {
    Optional<StoredEvent> stored = log.event(cid);
    if (stored.isPresent() && !stored.get().event().authenticated()) {
      findings.unverified("event " + cid + " of stream " + stored.get().event().stream());
    }
  }
}
