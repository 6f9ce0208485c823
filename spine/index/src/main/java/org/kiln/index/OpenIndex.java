package org.kiln.index;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
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

  /** For somebody else who opens it, or closes it. */
  private static final long LONGEST_WAIT_SECONDS = 5;

  private final IndexBackend backend;
  private final IndexSpec spec;

  /** No monitor: threads of requests wait here, and a database may take its time. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile WatchedIndex index;
  private volatile Optional<IndexException> failure = Optional.empty();
  private long failedAt;
  private volatile boolean closed;

  /** Opens nothing yet. */
  public OpenIndex(IndexBackend backend, IndexSpec spec) {
    this.backend = backend;
    this.spec = spec;
  }

  /**
   * The index.
   *
   * @throws IndexException when it cannot be opened, or could not within the last second; CORRUPT
   *     where damage was ever found since it was made; UNAVAILABLE when somebody else tries to for
   *     5 s
   */
  DocumentIndex get() throws IndexException {
    DocumentIndex open = index;
    if (open != null) {
      return open;
    }
    if (!isMyTurn()) {
      throw new IndexException(Kind.UNAVAILABLE, "The index is still being opened", null);
    }
    try {
      return opened();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens it anew, empty but for its models, whatever state it is in; what is under way in the one
   * there was fails.
   *
   * @throws IndexException when that cannot be
   */
  void anew() throws IndexException {
    if (!isMyTurn()) {
      throw new IndexException(Kind.UNAVAILABLE, "The index is still being opened", null);
    }
    try {
      if (index != null) {
        index.close();
        index = null;
      }
      failure = Optional.empty();
      open(this::fresh);
    } finally {
      lock.unlock();
    }
  }

  /** Until the mark is gone the fresh one counts as damaged, which costs no more than once more. */
  private DocumentIndex fresh(IndexSpec wanted) {
    DocumentIndex fresh = backend.openAnew(wanted);
    try {
      mark().remove();
      return fresh;
    } catch (IndexException e) {
      fresh.close();
      throw e;
    }
  }

  private DocumentIndex opened() {
    refuseClosed();
    if (index != null) {
      return index;
    }
    if (failure.isPresent() && (isDamaged() || System.nanoTime() - failedAt < PAUSE_NANOS)) {
      throw failure.get();
    }
    try {
      Optional<IndexException> damage = mark().read();
      if (damage.isPresent()) {
        throw damage.get();
      }
      return open(backend::open);
    } catch (IndexException e) {
      if (isDamage(e)) {
        mark().put(e);
      }
      IndexException told = WatchedIndex.told(e);
      failure = Optional.of(told);
      failedAt = System.nanoTime();
      throw told;
    }
  }

  /** The damage that was found, which ends when it is opened {@link #anew}. */
  Optional<IndexException> damage() {
    WatchedIndex open = index;
    return open == null ? failure.filter(OpenIndex::isDamage) : open.damage();
  }

  private static boolean isDamage(IndexException e) {
    return e.kind() == Kind.CORRUPT;
  }

  /** Finding that out may take a while, and nobody mends it while the node runs. */
  private boolean isDamaged() {
    return failure.filter(OpenIndex::isDamage).isPresent();
  }

  private void refuseClosed() {
    if (closed) {
      throw new IndexException(Kind.CLOSED, "The index is closed", null);
    }
  }

  private DocumentIndex open(Function<IndexSpec, DocumentIndex> way) {
    refuseClosed();
    DocumentIndex fresh = way.apply(spec);
    if (closed) {
      fresh.close();
      refuseClosed();
    }
    index = new WatchedIndex(fresh, mark());
    failure = Optional.empty();
    return index;
  }

  private DamageMark mark() {
    return new DamageMark(spec.directory(), backend.id());
  }

  private boolean isMyTurn() {
    try {
      return lock.tryLock(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return lock.tryLock();
    }
  }

  /** Who is still opening it closes it again. */
  @Override
  public void close() {
    closed = true;
    if (!isMyTurn()) {
      return;
    }
    try {
      if (index != null) {
        index.close();
        index = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
