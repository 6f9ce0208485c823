package org.kiln.http.one;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventCar;
import org.kiln.ipld.event.EventDecoder;

/** Events of the log as ceramic-one hands them out. Thread-safe. */
final class EventTexts {
  private final EventLog log;

  EventTexts(EventLog log) {
    this.log = log;
  }

  /** {@code {id, data}}; the CAR is in ceramic-one's order whatever order it came in. */
  Ipld event(Cid cid, List<Block> blocks) {
    return Ipld.map(
        "id",
        Ipld.of(cid.toString()),
        "data",
        Ipld.of(EventCar.writeText(decode(cid, blocks, log))));
  }

  static Ipld event(Cid cid) {
    return Ipld.map("id", Ipld.of(cid.toString()));
  }

  /** Blocks that several events share are kept with one of them. */
  private static DecodedEvent decode(Cid cid, List<Block> blocks, EventLog log) {
    Map<Cid, Block> own = new HashMap<>();
    blocks.forEach(block -> own.put(block.cid(), block));
    try {
      return EventDecoder.decode(
          cid,
          wanted -> {
            Block block = own.get(wanted);
            return block != null ? Optional.of(block) : log.block(wanted);
          });
    } catch (CodecException e) {
      throw new IllegalStateException("Event " + cid + " in the log is broken", e);
    }
  }

  /** The event that one of the log builds on. */
  static Optional<Cid> previous(StoredEvent stored, EventLog log) {
    return decode(stored.event().cid(), stored.event().blocks(), log).event().previous();
  }

  /** The chain that a time event names, as it is written. */
  static String chain(Event.Time time, DecodedEvent event) {
    for (Block block : event.blocks()) {
      if (block.cid().equals(time.proof())) {
        try {
          return DagCbor.decodeMap(block.data()).text("chainId").orElse("");
        } catch (CodecException e) {
          return "";
        }
      }
    }
    return "";
  }

  /** The header of a stream's first event. */
  static StreamMetadata header(StoredEvent first) {
    try {
      Map<Cid, Block> own = new HashMap<>();
      first.event().blocks().forEach(block -> own.put(block.cid(), block));
      DecodedEvent decoded = EventDecoder.decode(first.event().cid(), EventDecoder.Blocks.of(own));
      return decoded.event() instanceof Event.Init init
          ? InitHeader.of(init).metadata()
          : new StreamMetadata(Ipld.Map.EMPTY);
    } catch (CodecException e) {
      throw new IllegalStateException("Event " + first.event().cid() + " in the log is broken", e);
    }
  }
}
