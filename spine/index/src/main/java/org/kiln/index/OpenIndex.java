package org.kiln.index;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexSpec;

/**
 * The index, opened when it is first needed: a database that is not there keeps the node from
 * answering queries, not from starting. Thread-safe.
 */
public final class OpenIndex implements AutoCloseable {
  /** Between two tries to open: everybody who asks would try. */
  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final IndexBackend backend;
  private final IndexSpec spec;

  /** No monitor: threads of requests wait here, and a database may take its time. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile DocumentIndex index;
  private Optional<IndexException> failure = Optional.empty();
  private long failedAt;
  private boolean closed;

  /** Opens nothing yet. */
  public OpenIndex(IndexBackend backend, IndexSpec spec) {
    this.backend = backend;
    this.spec = spec;
  }

  /**
   * The index.
   *
   * @throws IndexException when it cannot be opened, or could not within the last second
   */
  DocumentIndex get() throws IndexException {
    DocumentIndex open = index;
    if (open != null) {
      return open;
    }
    lock.lock();
    try {
      return opened();
    } finally {
      lock.unlock();
    }
  }

  private DocumentIndex opened() {
    if (closed) {
      throw new IndexException(Kind.CLOSED, "The index is closed", null);
    }
    if (index != null) {
      return index;
    }
    if (failure.isPresent() && System.nanoTime() - failedAt < PAUSE_NANOS) {
      throw failure.get();
    }
    try {
      index = backend.open(spec);
      failure = Optional.empty();
      return index;
    } catch (IndexException e) {
      failure = Optional.of(e);
      failedAt = System.nanoTime();
      throw e;
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (index != null) {
        index.close();
        index = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
