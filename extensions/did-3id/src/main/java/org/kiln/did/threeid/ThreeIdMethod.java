package org.kiln.did.threeid;

import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.did.Did;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;

/**
 * The DID method {@code 3}: {@code did:3:<StreamID>} names a tile whose anchored content lists the
 * keys. The tile's history gives the versions: a version is in force from the time event that
 * covers it until the next one. Identities of the first generation, named by the CID of a 3Box
 * document, cannot be resolved: nobody publishes those documents any more. Thread-safe.
 */
public final class ThreeIdMethod implements DidMethod {
  private final StreamReader streams;

  /** What this thread is resolving: two tiles may name each other as controller. */
  private final ThreadLocal<Set<StreamId>> underWay = ThreadLocal.withInitial(HashSet::new);

  /** A method that reads tiles there. */
  public ThreeIdMethod(StreamReader streams) {
    this.streams = streams;
  }

  @Override
  public String method() {
    return "3";
  }

  @Override
  public DidDocument resolve(DidUrl url, ResolveOptions options) throws DidException {
    StreamId stream = stream(url.did());
    Version version = Version.of(url, options);
    Optional<Cid> commit = version.commit(stream.init());
    Set<StreamId> busy = underWay.get();
    if (!busy.add(stream)) {
      throw new DidException("invalidDid", url.did() + " is controlled by itself", Retry.NEVER);
    }
    try {
      StreamState latest = load(stream, Optional.empty(), options.deadline());
      Optional<Cid> event = commit.or(() -> version.at().map(at -> inForce(latest.log(), at)));
      StreamState asked = event.isPresent() ? load(stream, event, options.deadline()) : latest;
      return document(url.did(), asked, latest.log());
    } finally {
      busy.remove(stream);
      if (busy.isEmpty()) {
        underWay.remove();
      }
    }
  }

  private static StreamId stream(Did did) throws DidException {
    if (isCid(did.identifier())) {
      throw new DidException(
          "notFound",
          did + " is an identity of 3Box, whose documents are not published any more",
          Retry.NEVER);
    }
    try {
      StreamId stream = StreamId.parse(did.identifier());
      if (stream.type() == 0) {
        return stream;
      }
      throw new DidException("invalidDid", did + " names a stream that is no tile", Retry.NEVER);
    } catch (IllegalArgumentException e) {
      throw new DidException(
          "invalidDid", did + " names no stream: " + e.getMessage(), Retry.NEVER);
    }
  }

  private static boolean isCid(String text) {
    try {
      return Cid.parse(text).size() > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private StreamState load(StreamId stream, Optional<Cid> event, Deadline deadline)
      throws DidException {
    try {
      return streams.load(new StreamRef(stream, event), deadline);
    } catch (DependencyMissingException e) {
      throw new DidException("notFound", e.getMessage(), Retry.LATER);
    }
  }

  /** The last time event not after the moment, else the init event. */
  private static Cid inForce(StreamLog log, Instant at) {
    for (int i = log.size() - 1; i >= 0; i--) {
      LogEntry entry = log.get(i);
      if (entry.kind() == LogEntry.Kind.TIME
          && !entry.timestamp().orElse(Instant.MAX).isAfter(at)) {
        return entry.cid();
      }
    }
    return log.getFirst().cid();
  }

  private static DidDocument document(Did did, StreamState asked, StreamLog latest)
      throws DidException {
    Optional<KeyDocument> document = KeyDocument.of(did, asked.document().content());
    if (document.isEmpty()) {
      throw new DidException("notFound", "The tile of " + did + " lists no keys", Retry.NEVER);
    }
    Optional<Instant> updated = lastAnchor(asked.log());
    return DidDocument.of(did, document.get().methods(), document.get().json())
        .inForce(updated, firstAfter(latest, updated));
  }

  private static Optional<Instant> lastAnchor(StreamLog log) {
    for (int i = log.size() - 1; i >= 0; i--) {
      if (log.get(i).kind() == LogEntry.Kind.TIME) {
        return log.get(i).timestamp();
      }
    }
    return Optional.empty();
  }

  private static Optional<Instant> firstAfter(StreamLog log, Optional<Instant> updated) {
    for (LogEntry entry : log) {
      if (entry.timestamp().isPresent()
          && (updated.isEmpty() || entry.timestamp().get().isAfter(updated.get()))) {
        return entry.timestamp();
      }
    }
    return Optional.empty();
  }
}
