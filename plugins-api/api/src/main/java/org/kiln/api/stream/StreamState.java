package org.kiln.api.stream;

import java.util.Objects;
import java.util.Optional;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Cid;

/** The state of a stream after the last event of its log. Immutable. */
public final class StreamState {
  private final StreamId id;
  private final int typeRevision;
  private final Document document;
  private final AnchorStatus anchorStatus;
  private final Optional<AnchorProof> anchorProof;
  private final StreamLog log;

  private StreamState(
      StreamId id,
      int typeRevision,
      Document document,
      AnchorStatus anchorStatus,
      Optional<AnchorProof> anchorProof,
      StreamLog log) {
    this.id = id;
    this.typeRevision = typeRevision;
    this.document = document;
    this.anchorStatus = anchorStatus;
    this.anchorProof = anchorProof;
    this.log = log;
  }

  /**
   * The state of a stream that nobody has asked a time event for.
   *
   * @param id the stream
   * @param typeRevision {@link StreamType#revision()} of the code that made the document
   * @param document content and metadata, decided by the stream type
   * @param log the canonical log
   */
  public static StreamState of(StreamId id, int typeRevision, Document document, StreamLog log) {
    return new StreamState(
        Objects.requireNonNull(id, "id"),
        typeRevision,
        Objects.requireNonNull(document, "document"),
        AnchorStatus.NOT_REQUESTED,
        Optional.empty(),
        Objects.requireNonNull(log, "log"));
  }

  /** The stream. */
  public StreamId id() {
    return id;
  }

  /** {@link StreamType#revision()} of the code that made the document. */
  public int typeRevision() {
    return typeRevision;
  }

  /** Content and metadata, decided by the stream type. */
  public Document document() {
    return document;
  }

  /** Where the tip stands with blockchain time. */
  public AnchorStatus anchorStatus() {
    return anchorStatus;
  }

  /** Proof of the newest time event in the log, if any. */
  public Optional<AnchorProof> anchorProof() {
    return anchorProof;
  }

  /** The canonical log. */
  public StreamLog log() {
    return log;
  }

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
    return new StreamState(
        id, typeRevision, document, Objects.requireNonNull(status, "status"), anchorProof, log);
  }

  /** The same state with the proof of the newest time event in its log. */
  public StreamState with(Optional<AnchorProof> proof) {
    return new StreamState(
        id, typeRevision, document, anchorStatus, Objects.requireNonNull(proof, "proof"), log);
  }

  /** The same document and anchors, with another log. */
  public StreamState with(StreamLog other) {
    return new StreamState(
        id,
        typeRevision,
        document,
        anchorStatus,
        anchorProof,
        Objects.requireNonNull(other, "other"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamState that
        && id.equals(that.id)
        && typeRevision == that.typeRevision
        && document.equals(that.document)
        && anchorStatus == that.anchorStatus
        && anchorProof.equals(that.anchorProof)
        && log.equals(that.log);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, typeRevision, log.size(), anchorStatus);
  }

  @Override
  public String toString() {
    return "StreamState["
        + (log.isEmpty() ? id : commitId())
        + ", "
        + log.size()
        + " events, "
        + anchorStatus
        + ", "
        + document
        + "]";
  }
}
