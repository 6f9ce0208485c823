package org.kiln.tables;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.kiln.ipld.event.AnchorProofs;
import org.kiln.ipld.event.EventDecoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes rows of events: what their blocks, the head of their stream and their proof say. */
final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final int HEADS = 4_000;
  private static final java.time.Duration PATIENCE = java.time.Duration.ofSeconds(10);

  private final EventLog log;
  private final StreamReads streams;
  private final Insistence insistence;
  private final Recent<StreamId, StreamHead> heads = new Recent<>(HEADS);

  /**
   * Of one reader.
   *
   * @param insistence on times that cannot be had now
   */
  Events(EventLog log, StreamReads streams, Insistence insistence) {
    this.insistence = insistence;
    this.log = log;
    this.streams = streams;
  }

  /**
   * The row of an event, empty when it cannot be read, which the log tells of.
   *
   * @param order the number it gets if its stream is {@linkplain StreamHead#isShown() shown}
   */
  Optional<EventRow> row(long order, StreamId stream, Cid cid, List<Block> blocks) {
    try {
      Map<Cid, Block> found =
          blocks.stream().collect(Collectors.toMap(Block::cid, Function.identity(), (a, b) -> a));
      Event event = decoded(cid, found);
      StreamHead head = head(stream, event);
      if (event instanceof Event.Time time && head.isShown()) {
        Optional<String> chain =
            Optional.ofNullable(found.get(time.proof())).flatMap(Events::chain);
        return Optional.of(new EventRow(order, head, event, time(stream, cid), chain));
      }
      return Optional.of(new EventRow(order, head, event, OptionalLong.empty(), Optional.empty()));
    } catch (CodecException e) {
      LOG.warn("Event {} of stream {} is in no SQL table: {}", cid, stream, e.getMessage());
      return Optional.empty();
    }
  }

  /** Whatever is wrong with one event is no reason to read no others. */
  private static Event decoded(Cid cid, Map<Cid, Block> blocks) throws CodecException {
    try {
      return EventDecoder.decode(cid, EventDecoder.Blocks.of(blocks)).event();
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new CodecException(e.toString(), e);
    }
  }

  /** The row of an event of the log, which got its number before. */
  Optional<EventRow> again(long order, Cid cid) {
    return log.event(cid)
        .map(StoredEvent::event)
        .flatMap(event -> row(order, event.stream(), event.cid(), event.blocks()));
  }

  private StreamHead head(StreamId stream, Event event) throws CodecException {
    StreamHead known = heads.get(stream);
    if (known == null) {
      known = new StreamHead(stream, init(stream, event).header());
      heads.put(stream, known);
    }
    return known;
  }

  private Event.Init init(StreamId stream, Event event) throws CodecException {
    if (event instanceof Event.Init init) {
      return init;
    }
    NewEvent stored =
        log.event(stream.init())
            .map(StoredEvent::event)
            .orElseThrow(() -> new CodecException("its init event is not in the log"));
    Map<Cid, Block> blocks =
        stored.blocks().stream()
            .collect(Collectors.toMap(Block::cid, Function.identity(), (a, b) -> a));
    if (decoded(stored.cid(), blocks) instanceof Event.Init init) {
      return init;
    }
    throw new CodecException("its init event is none");
  }

  private static Optional<String> chain(Block proof) {
    try {
      AnchorProof decoded = AnchorProofs.decode(proof);
      return Optional.of(decoded.chainId());
    } catch (CodecException e) {
      return Optional.empty();
    }
  }

  /** The time that this node has found for it; none while the chain does not tell. */
  private OptionalLong time(StreamId stream, Cid cid) {
    try {
      LogEntry tip =
          streams
              .load(
                  new StreamRef(stream, Optional.of(cid)), LoadOptions.local(Deadline.in(PATIENCE)))
              .log()
              .tip();
      return tip.cid().equals(cid) && tip.timestamp().isPresent()
          ? OptionalLong.of(tip.timestamp().get().getEpochSecond())
          : OptionalLong.empty();
    } catch (StreamException e) {
      insistence.passOver(e);
      return OptionalLong.empty();
    }
  }
}
