package org.kiln.api.stream;

import java.util.Optional;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Cid;

/**
 * The state of a stream after the last event of its log. Immutable.
 *
 * @param id the stream
 * @param typeRevision {@link StreamType#revision()} of the code that made the document
 * @param document content and metadata, decided by the stream type
 * @param anchorStatus where the tip stands with blockchain time
 * @param anchorProof proof of the newest time event in the log, if any
 * @param log the canonical log
 */
public record StreamState(
    StreamId id,
    int typeRevision,
    Document document,
    AnchorStatus anchorStatus,
    Optional<AnchorProof> anchorProof,
    StreamLog log) {

  /** CID of the newest event. */
  public Cid tip() {
    return log.tip().cid();
  }

  /** The name of this very state. */
  public CommitId commitId() {
    return new CommitId(id, tip());
  }

  /** The same state with another anchor status. */
  public StreamState with(AnchorStatus status) {
    return new StreamState(id, typeRevision, document, status, anchorProof, log);
  }
}
