package org.kiln.http.v0;

import java.util.List;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.StoredEvent;

/** The events of a stream, each read from the log when its turn has come. */
final class EventList extends Pieces {
  private final StreamId stream;
  private final List<StoredEvent> events;
  private int next;
  private StoredEvent event;

  EventList(StreamId stream, List<StoredEvent> events, AnswerRoom room) {
    super(room);
    this.stream = stream;
    this.events = events;
  }

  @Override
  Step advance() {
    if (next == events.size()) {
      return Step.END;
    }
    event = events.get(next++);
    return Step.PIECE;
  }

  @Override
  boolean isLong() {
    long bytes = 0;
    for (Block block : event.event().blocks()) {
      bytes += block.size();
    }
    return bytes > LONG_PIECE_BYTES;
  }

  @Override
  void write(JsonBytes out) {
    if (next == 1) {
      head(out);
    }
    out.ascii(next == 1 ? "{\"cid\":" : ",{\"cid\":").quoted(event.event().cid().toString());
    out.ascii(",\"value\":");
    try {
      IpldJson.write(Commits.write(event), out);
    } catch (CodecException e) {
      throw new IllegalStateException(
          "Event " + event.event().cid() + " of our log is broken: " + e.getMessage(), e);
    }
    out.put('}');
  }

  private void head(JsonBytes out) {
    out.ascii("{\"streamId\":").quoted(stream.toString()).ascii(",\"commits\":[");
  }

  @Override
  void end(JsonBytes out) {
    if (next == 0) {
      head(out);
    }
    out.ascii("]}");
  }

  @Override
  void close() {
    // Nothing is held.
  }
}
