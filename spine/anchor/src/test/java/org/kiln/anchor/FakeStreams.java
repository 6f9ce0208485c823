package org.kiln.anchor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamAnchors;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.TimeEventWrites;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.ProofPath;

/** A stream service that checks and remembers the time events it gets; it outlives crashes. */
final class FakeStreams implements StreamReads, TimeEventWrites, StreamAnchors {
  private final Map<StreamId, StreamLog> logs = new HashMap<>();
  private final Map<Cid, Set<Cid>> timeEvents = new HashMap<>();
  private final List<StreamId> asked = new ArrayList<>();
  private final Map<StreamId, StreamException.Reason> refusals = new HashMap<>();
  private StreamException.Reason refusal;

  /** Lets a stream have a new tip. */
  synchronized void tip(StreamId stream, Cid tip) {
    LogEntry entry = LogEntry.of(tip, LogEntry.Kind.DATA);
    logs.merge(stream, StreamLog.of(List.of(entry)), (log, first) -> log.append(entry));
  }

  /** Time events by the tip they stamp. */
  synchronized Set<Cid> timeEvents(Cid tip) {
    return Set.copyOf(timeEvents.getOrDefault(tip, Set.of()));
  }

  synchronized int stamped() {
    return timeEvents.size();
  }

  synchronized List<StreamId> asked() {
    return List.copyOf(asked);
  }

  synchronized void refuse(StreamException.Reason reason) {
    refusal = reason;
  }

  /** Refuses what comes for one stream; null when it does not any more. */
  synchronized void refuse(StreamId stream, StreamException.Reason reason) {
    if (reason == null) {
      refusals.remove(stream);
    } else {
      refusals.put(stream, reason);
    }
  }

  @Override
  public List<Optional<StreamException>> continueAll(List<StreamEvent> events, Deadline deadline) {
    List<Optional<StreamException>> refusals = new ArrayList<>();
    for (StreamEvent event : events) {
      try {
        StreamRef ref = new StreamRef(event.stream(), Optional.empty());
        Cid tip = load(ref, LoadOptions.local(deadline)).tip();
        if (!event.event().event().previous().equals(Optional.of(tip))) {
          throw new StreamException(StreamException.Reason.CONFLICT, "gone on to " + tip);
        }
        take(event.stream(), event.event());
        refusals.add(Optional.empty());
      } catch (StreamException e) {
        refusals.add(Optional.of(e));
      }
    }
    return refusals;
  }

  private void take(StreamId stream, DecodedEvent event) throws StreamException {
    Map<Cid, Block> blocks = new HashMap<>();
    event.blocks().forEach(block -> blocks.put(block.cid(), block));
    Event.Time time = (Event.Time) event.event();
    try {
      if (!EventDecoder.decode(time.cid(), EventDecoder.Blocks.of(blocks)).equals(event)) {
        throw new AssertionError("Not the event its blocks say");
      }
      ProofPath.verify(time, EventDecoder.Blocks.of(blocks));
    } catch (CodecException e) {
      throw new AssertionError(e);
    }
    synchronized (this) {
      StreamException.Reason reason = refusals.getOrDefault(stream, refusal);
      if (reason != null) {
        throw new StreamException(reason, "refused: " + reason);
      }
      timeEvents.computeIfAbsent(time.prev(), k -> new HashSet<>()).add(time.cid());
      logs.computeIfPresent(
          stream,
          (id, log) ->
              log.tip().cid().equals(time.prev())
                  ? log.appendTime(time.cid(), Instant.ofEpochSecond(1))
                  : log);
    }
  }

  @Override
  public synchronized StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    StreamLog log = logs.get(ref.stream());
    if (log == null) {
      throw new StreamException(StreamException.Reason.NOT_FOUND, "No stream " + ref.stream());
    }
    return StreamState.of(
        ref.stream(), 1, Document.of(Ipld.NULL, Ipld.Map.EMPTY, Document.Signature.GENESIS), log);
  }

  @Override
  public synchronized AnchorStatus requestAnchor(StreamId stream, Deadline deadline) {
    asked.add(stream);
    return AnchorStatus.PENDING;
  }
}
