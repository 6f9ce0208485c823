package org.kiln.api.index;

import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An open index: models, the rows of their documents, and the place in the feed they were made up
 * to. Queries may be asked by many threads at once, also while something is written; one thread
 * writes at a time.
 *
 * <p>All of one model's documents have one total order: the keys asked for, then {@link
 * IndexedDocument#created}, then the bytes of the StreamID. Values of different kinds stand in the
 * order: none or null, false, true, numbers by value, text by code points, everything else. Texts
 * and numbers are never compared with each other.
 */
@ConsumerType
public interface DocumentIndex extends AutoCloseable {

  /** Every model that was ever written. */
  List<IndexedModel> models();

  /** The place of the last batch that had one; empty for an index that has just begun. */
  Optional<ResumeToken> position();

  /**
   * Writes all of a batch or nothing, in one transaction.
   *
   * @throws IndexException when nothing was written
   */
  void write(IndexBatch batch) throws IndexException;

  /**
   * One page of documents that are shown.
   *
   * @param deadline when the call must have come back; UNAVAILABLE when that is not enough
   */
  IndexPage page(IndexQuery query, Deadline deadline) throws IndexException;

  /** How many documents there are; page, direction and order do not count. */
  long count(IndexQuery query, Deadline deadline) throws IndexException;

  /** Streams that could not be read when their turn came, some of them if there are many. */
  List<OwedStream> owed(int most);

  /** Forgets documents, what is owed and the place; models stay, with nothing filled. */
  void clear();

  @Override
  void close();
}
