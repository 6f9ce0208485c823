package org.kiln.tables;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.duckdb.DuckDBAppender;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;

/**
 * A stream as every face shows it: after consensus, with changes that wait for their time event.
 *
 * @param order the number of the change that it was read for
 * @param id the stream
 * @param head what its metadata say of controller and dimensions now
 * @param tip the last event of its log
 * @param height how many events are before that
 * @param data as in the states of events
 * @param time of the newest time event of its log
 * @param proof of that
 * @param listed whether it is to be found among the documents of its model
 * @param definition what a model says; empty of other streams
 */
record StreamRow(
    long order,
    StreamId id,
    StreamHead head,
    LogEntry tip,
    int height,
    String data,
    Optional<Instant> time,
    Optional<AnchorProof> proof,
    boolean listed,
    Optional<Ipld> definition) {
  /** Types from here on have a model. */
  private static final int MODEL = 2;

  private static final int INSTANCE = 3;

  static StreamRow of(long order, StreamState state) {
    Ipld.Map metadata = state.document().latestMetadata();
    Ipld content = state.document().latestContent();
    return new StreamRow(
        order,
        state.id(),
        new StreamHead(state.id(), metadata),
        state.log().tip(),
        state.log().size() - 1,
        Shown.json(shown(state.id().type(), metadata), content),
        newestTime(state.log()),
        state.anchorProof(),
        content instanceof Ipld.Map && !Ipld.FALSE.equals(metadata.entries().get("shouldIndex")),
        state.id().type() == MODEL ? Optional.of(content) : Optional.empty());
  }

  /** Every entry up to the newest time event has a time, and none behind it. */
  private static Optional<Instant> newestTime(StreamLog log) {
    int with = 0;
    int without = log.size();
    while (with < without) {
      int middle = (with + without) >>> 1;
      if (log.get(middle).timestamp().isPresent()) {
        with = middle + 1;
      } else {
        without = middle;
      }
    }
    return with == 0 ? Optional.empty() : log.get(with - 1).timestamp();
  }

  private static Ipld.Map shown(int type, Ipld.Map metadata) {
    if (type == MODEL || type == INSTANCE) {
      return Shown.metadata(metadata, true);
    }
    Ipld.Map rest = metadata;
    for (String column : List.of("controllers", "model", "unique", "context")) {
      rest = rest.without(column);
    }
    return rest;
  }

  void write(DuckDBAppender out) throws SQLException {
    out.append(order);
    out.append(id.toString());
    out.append(id.init().bytes());
    out.append(Keys.of(id.init()));
    out.append(id.type());
    // By it the documents of a model are found.
    Appends.head(out, head, head.canonicalModelBytes());
    out.append(tip.cid().bytes());
    out.append((byte) (tip.kind() == LogEntry.Kind.TIME ? 1 : 0));
    out.append(height);
    out.append(data);
    if (time.isPresent()) {
      out.append(time.get().getEpochSecond());
    } else {
      out.appendNull();
    }
    Appends.text(out, proof.map(AnchorProof::chainId).orElse(null));
    out.append(listed);
  }
}
