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
 * <p>All documents of a query have one total order: the keys asked for, then {@link
 * IndexedDocument#created}, then the bytes of the StreamID, these two in the direction of the last
 * key. Values of different kinds stand in the order: none or null, false, true, numbers by value,
 * texts by code point, everything else. Of texts the first {@value IndexPlace#TEXT_LENGTH} code
 * points count, of everything else nothing. Texts and numbers are never compared with each other.
 *
 * <p>Whole numbers are of 64 bits, all others are doubles, and no text or name has U+0000: the node
 * sees to that in what it writes and in what it asks.
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
   * @throws IndexException when nothing was written; REFUSED when it is for what a row has in it
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

  /**
   * Streams that could not be read when their turn came, some of them if there are many: first
   * those that were tried least often, then by {@link OwedStream#created}.
   */
  List<OwedStream> owed(int most);

  /** How many streams could not be read. */
  long owing();

  /** Forgets documents, what is owed and the place; models stay, with nothing filled. */
  void clear();

  @Override
  void close();
}
