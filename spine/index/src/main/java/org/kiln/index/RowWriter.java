package org.kiln.index;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.OwedStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only one who writes to the index. States are read and written in one turn: a row that is
 * written later was read later, whoever writes it, so no older state takes the place of a newer
 * one. Thread-safe.
 */
public final class RowWriter {
  private static final Logger LOG = LoggerFactory.getLogger(RowWriter.class);

  /** How often a batch is tried before what cannot be read in it is passed over. */
  private static final int ATTEMPTS = 3;

  private final OpenIndex index;
  private final Rows rows;
  private final ReentrantLock turn = new ReentrantLock();
  private final Object progress = new Object();
  private int attempts;
  private volatile Optional<Models> models = Optional.empty();
  private volatile Optional<ResumeToken> reached = Optional.empty();

  /** Over an index that need not be open yet. */
  RowWriter(OpenIndex index, Rows rows) {
    this.index = index;
    this.rows = rows;
  }

  /** The models as they are now; from the index when that was not asked yet. */
  Models models() {
    Optional<Models> known = models;
    if (known.isPresent()) {
      return known.get();
    }
    turn.lock();
    try {
      if (models.isEmpty()) {
        reached = index.get().position();
        models = Optional.of(Models.of(index.get().models()));
      }
      return models.get();
    } finally {
      turn.unlock();
    }
  }

  /** The same without asking the index. */
  Optional<Models> knownModels() {
    return models;
  }

  /** The place in the feed up to which everything is written. */
  Optional<ResumeToken> reached() {
    models();
    return reached;
  }

  /** Takes changes that came, and their place. */
  void take(List<StreamChange> changes, ResumeToken position) {
    turn.lock();
    try {
      Models now = models();
      IndexBatch batch = batch(changes, now::isActive).at(position);
      index.get().write(batch);
      reached = Optional.of(position);
      moved();
    } finally {
      turn.unlock();
    }
  }

  /**
   * Takes changes that were before some models were indexed.
   *
   * @param position up to which these are all
   */
  void fill(List<StreamChange> changes, long position) {
    turn.lock();
    try {
      Models now = models();
      List<IndexedModel> filling = now.filling();
      Predicate<StreamId> wanted = id -> filling.stream().anyMatch(model -> model.id().equals(id));
      List<IndexedModel> further =
          filling.stream()
              .map(model -> model.withFill(further(model, position), model.fillUntil()))
              .toList();
      index.get().write(batch(changes, wanted).withModels(further));
      models = Optional.of(now.with(further));
      moved();
    } finally {
      turn.unlock();
    }
  }

  private static long further(IndexedModel model, long position) {
    return Math.min(Math.max(model.filled(), position), model.fillUntil());
  }

  private IndexBatch batch(List<StreamChange> changes, Predicate<StreamId> wanted) {
    Map<StreamId, Long> first = new LinkedHashMap<>();
    for (StreamChange change : changes) {
      first.putIfAbsent(change.stream(), change.token().position());
    }
    List<IndexedDocument> documents = new ArrayList<>();
    List<OwedStream> owed = new ArrayList<>();
    first.forEach(
        (stream, created) -> {
          try {
            rows.row(stream, created, wanted).ifPresent(documents::add);
          } catch (DependencyMissingException e) {
            LOG.warn("Stream {} cannot be indexed now: {}", stream, e.getMessage());
            owed.add(new OwedStream(stream, created));
          }
        });
    insist(owed);
    return IndexBatch.empty().withDocuments(documents).withOwed(owed);
  }

  /**
   * What cannot be read may only be so for the moment, while a plugin is swapped: then it is waited
   * for, and queries wait too. What still cannot is passed over, since one stream that is damaged
   * must not hold up all others, and is tried again by and by.
   *
   * @throws IndexException for the first few times
   */
  private void insist(List<OwedStream> owed) {
    if (owed.isEmpty() || attempts == ATTEMPTS) {
      attempts = 0;
      return;
    }
    attempts++;
    throw new IndexException(
        Kind.UNAVAILABLE, "Stream " + owed.get(0).stream() + " cannot be read now", null);
  }

  /**
   * Tries streams again that could not be read.
   *
   * @return how many could be read this time
   */
  int settle(int most) {
    turn.lock();
    try {
      Models now = models();
      DocumentIndex open = index.get();
      List<IndexedDocument> documents = new ArrayList<>();
      List<StreamId> settled = new ArrayList<>();
      for (OwedStream owed : open.owed(most)) {
        try {
          rows.row(owed.stream(), owed.created(), now::isActive)
              .ifPresentOrElse(documents::add, () -> settled.add(owed.stream()));
        } catch (DependencyMissingException e) {
          LOG.debug("Stream {} cannot be indexed yet: {}", owed.stream(), e.getMessage());
        }
      }
      if (!documents.isEmpty() || !settled.isEmpty()) {
        open.write(IndexBatch.empty().withDocuments(documents).withSettled(settled));
      }
      return documents.size() + settled.size();
    } finally {
      turn.unlock();
    }
  }

  /**
   * Changes models, in one transaction.
   *
   * @param change makes those to write of those there are
   */
  void change(BiFunction<Models, Long, List<IndexedModel>> change) {
    turn.lock();
    try {
      Models now = models();
      List<IndexedModel> changed = change.apply(now, reached.map(ResumeToken::position).orElse(0L));
      if (!changed.isEmpty()) {
        index.get().write(IndexBatch.empty().withModels(changed));
        models = Optional.of(now.with(changed));
      }
    } finally {
      turn.unlock();
    }
  }

  /** Forgets all rows: the feed gives everything again. */
  void clear() {
    turn.lock();
    try {
      index.get().clear();
      models = Optional.empty();
      reached = Optional.empty();
    } finally {
      turn.unlock();
    }
  }

  private void moved() {
    synchronized (progress) {
      progress.notifyAll();
    }
  }

  /**
   * Waits for what writing brings about.
   *
   * @param done asked after each write, and must come back at once
   * @return whether it came in time
   */
  boolean await(BooleanSupplier done, Deadline deadline) throws InterruptedException {
    synchronized (progress) {
      while (!done.getAsBoolean()) {
        long left = deadline.remaining().toMillis();
        if (left == 0) {
          return false;
        }
        progress.wait(left);
      }
      return true;
    }
  }
}
