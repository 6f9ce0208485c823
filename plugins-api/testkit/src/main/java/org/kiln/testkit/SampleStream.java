package org.kiln.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Next;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;

/**
 * States as the node keeps them, for tests of stream types that look at a state or at other
 * streams.
 */
public final class SampleStream {
  private SampleStream() {}

  /** A CID made of a name: same name, same CID. */
  public static Cid cid(String name) {
    return Cid.sha256(Cid.DAG_CBOR, name.getBytes(StandardCharsets.UTF_8));
  }

  /** The state right after the init event. */
  public static StreamState created(int type, Cid init, Document document) {
    return StreamState.of(
        StreamId.of(type, init),
        1,
        document,
        StreamLog.of(List.of(LogEntry.of(init, LogEntry.Kind.INIT))));
  }

  /** The state after a data event. */
  public static StreamState changed(StreamState before, Event.Data event, Document document) {
    return StreamState.of(
            before.id(),
            before.typeRevision(),
            document,
            before.log().append(LogEntry.of(event.cid(), LogEntry.Kind.DATA)))
        .with(before.anchorProof());
  }

  /** The state after a time event: what was pending is in force, except a pending null. */
  public static StreamState anchored(StreamState before, Cid event, Instant time) {
    Document now = before.document();
    Document folded =
        Document.of(
            now.next()
                .flatMap(Next::content)
                .filter(content -> !(content instanceof Ipld.Null))
                .orElse(now.content()),
            now.next().flatMap(Next::metadata).orElse(now.metadata()),
            now.signature());
    return StreamState.of(
            before.id(), before.typeRevision(), folded, before.log().appendTime(event, time))
        .with(before.anchorProof())
        .with(AnchorStatus.ANCHORED);
  }
}
