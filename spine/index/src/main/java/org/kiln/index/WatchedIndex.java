package org.kiln.index;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.OwedStream;
import org.kiln.api.plugin.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index that answers nothing any more once damage was found in it, and is marked: how much of
 * the rest is true cannot be told. Thread-safe.
 */
final class WatchedIndex implements DocumentIndex {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedIndex.class);

  private final DocumentIndex index;
  private final DamageMark mark;

  /** Whoever closes it may make it anew: from then on nothing is marked any more. */
  private final ReentrantLock finding = new ReentrantLock();

  private volatile Optional<IndexException> damage = Optional.empty();
  private boolean closed;

  WatchedIndex(DocumentIndex index, DamageMark mark) {
    this.index = index;
    this.mark = mark;
  }

  /** The same, and what to do about it where the index is damaged. */
  static IndexException told(IndexException e) {
    return e.kind() != Kind.CORRUPT
        ? e
        : new IndexException(
            Kind.CORRUPT,
            e.getMessage()
                + ". Nothing else is lost by it: stop the node and run 'kiln rebuild --index'",
            e);
  }

  /** The damage that was found. */
  Optional<IndexException> damage() {
    return damage;
  }

  private <T> T watched(Supplier<T> work) {
    if (damage.isPresent()) {
      throw damage.get();
    }
    try {
      return work.get();
    } catch (IndexException e) {
      IndexException told = told(e);
      if (e.kind() == Kind.CORRUPT) {
        found(e, told);
      }
      throw told;
    }
  }

  private void found(IndexException e, IndexException told) {
    finding.lock();
    try {
      if (!closed && damage.isEmpty()) {
        damage = Optional.of(told);
        LOG.error("{}", told.getMessage());
        mark.put(e);
      }
    } finally {
      finding.unlock();
    }
  }

  private void watched(Runnable work) {
    watched(
        () -> {
          work.run();
          return true;
        });
  }

  @Override
  public List<IndexedModel> models() {
    return watched(index::models);
  }

  @Override
  public Optional<ResumeToken> position() {
    return watched(index::position);
  }

  @Override
  public void write(IndexBatch batch) {
    watched(() -> index.write(batch));
  }

  @Override
  public IndexPage page(IndexQuery query, Deadline deadline) {
    return watched(() -> index.page(query, deadline));
  }

  @Override
  public long count(IndexQuery query, Deadline deadline) {
    return watched(() -> index.count(query, deadline));
  }

  @Override
  public List<OwedStream> owed(int most) {
    return watched(() -> index.owed(most));
  }

  @Override
  public long owing() {
    return watched(index::owing);
  }

  @Override
  public void clear() {
    watched(index::clear);
  }

  @Override
  public void close() {
    finding.lock();
    closed = true;
    finding.unlock();
    index.close();
  }
}
