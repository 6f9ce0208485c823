package org.kiln.api.index;

import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.stream.StreamId;

/** What is written in one transaction. Immutable. */
public final class IndexBatch {
  private static final IndexBatch EMPTY =
      new IndexBatch(List.of(), List.of(), List.of(), List.of(), Optional.empty(), false);

  private final List<IndexedModel> models;
  private final List<IndexedDocument> documents;
  private final List<OwedStream> owed;
  private final List<StreamId> settled;
  private final Optional<ResumeToken> position;
  private final boolean synced;

  private IndexBatch(
      List<IndexedModel> models,
      List<IndexedDocument> documents,
      List<OwedStream> owed,
      List<StreamId> settled,
      Optional<ResumeToken> position,
      boolean synced) {
    this.models = List.copyOf(models);
    this.documents = List.copyOf(documents);
    this.owed = List.copyOf(owed);
    this.settled = List.copyOf(settled);
    this.position = position;
    this.synced = synced;
  }

  /** Of nothing. */
  public static IndexBatch empty() {
    return EMPTY;
  }

  /** With models in the place of what is known of them. */
  public IndexBatch withModels(List<IndexedModel> written) {
    return new IndexBatch(written, documents, owed, settled, position, synced);
  }

  /** With rows in the place of those of the same streams; these are owed no more. */
  public IndexBatch withDocuments(List<IndexedDocument> written) {
    return new IndexBatch(models, written, owed, settled, position, synced);
  }

  /** With streams that could not be read, to be tried again. */
  public IndexBatch withOwed(List<OwedStream> unread) {
    return new IndexBatch(models, documents, unread, settled, position, synced);
  }

  /** With streams that are owed no more: they could be read, and have no row. */
  public IndexBatch withSettled(List<StreamId> read) {
    return new IndexBatch(models, documents, owed, read, position, synced);
  }

  /** With the place in the feed that all of it is of. */
  public IndexBatch at(ResumeToken place) {
    return new IndexBatch(models, documents, owed, settled, Optional.of(place), synced);
  }

  /**
   * To be on the disk when {@link DocumentIndex#write} comes back, for what cannot be derived anew;
   * of others a loss of power may take the last.
   */
  public IndexBatch synced() {
    return new IndexBatch(models, documents, owed, settled, position, true);
  }

  /** Models. */
  public List<IndexedModel> models() {
    return models;
  }

  /** Rows. */
  public List<IndexedDocument> documents() {
    return documents;
  }

  /** Streams that could not be read. */
  public List<OwedStream> owed() {
    return owed;
  }

  /** Streams that are owed no more. */
  public List<StreamId> settled() {
    return settled;
  }

  /** The place in the feed; empty when it does not move. */
  public Optional<ResumeToken> position() {
    return position;
  }

  /** Whether it must outlive a loss of power. */
  public boolean mustSync() {
    return synced;
  }
}
