package org.kiln.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
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

  /** Of content in one step of the back-fill; a step has many documents. */
  private static final long MOST_CHARS = 16 << 20;

  /** For what could not be read before: others wait for the turn. */
  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(1);

  private static final long LONGEST_WAIT_SECONDS = 5;

  private final OpenIndex index;
  private final Rows rows;
  private final BatchReader batches;
  private final ReentrantLock turn = new ReentrantLock();
  private final Progress progress = new Progress();
  private final Insistence ofNew = new Insistence();
  private final Insistence ofEarlier = new Insistence();
  private volatile Optional<Models> models = Optional.empty();
  private volatile Optional<ResumeToken> reached = Optional.empty();
  private volatile long owing;

  /** What is remembered above may not be what is in the index, which is asked again. */
  private volatile boolean doubtful = true;

  /** The place may have gone back: whoever reads the feed has to ask where to begin. */
  private volatile boolean begunAnew;

  /** Over an index that need not be open yet. */
  RowWriter(OpenIndex index, Rows rows, BatchReader batches) {
    this.index = index;
    this.rows = rows;
    this.batches = batches;
  }

  /** The models as they are now; from the index when that was not asked yet. */
  Models models() {
    if (doubtful) {
      readAgain();
    }
    return models.orElseThrow();
  }

  /** Queries come here too, while a database may take its time: they wait for a bounded one. */
  private void readAgain() {
    try {
      if (!turn.tryLock(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IndexException(Kind.UNAVAILABLE, "The index is busy; try again", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IndexException(Kind.UNAVAILABLE, "The query was given up", e);
    }
    try {
      if (doubtful) {
        Optional<ResumeToken> at = index.get().position();
        owing = index.get().owing();
        models = Optional.of(Models.of(index.get().models()));
        // Where it is as far as was remembered nothing is lost, and whoever reads the feed may go
        // on: what failed was a step of the back-fill, say.
        begunAnew &= !at.equals(reached);
        reached = at;
        doubtful = false;
      }
    } finally {
      turn.unlock();
    }
  }

  /**
   * Does something with the index. A database that fails may have lost what it said it had, or have
   * what it did not say: a server that died, one that stands in for it, a lost answer.
   */
  private <T> T with(Function<DocumentIndex, T> work) {
    boolean well = false;
    try {
      T result = work.apply(index.get());
      well = true;
      return result;
    } finally {
      if (!well) {
        askAgain();
      }
    }
  }

  private void askAgain() {
    begunAnew = true;
    doubtful = true;
  }

  /** The same without asking the index: as they were when it was asked last. */
  Optional<Models> knownModels() {
    return models;
  }

  /** The place in the feed up to which everything is written. */
  Optional<ResumeToken> reached() {
    models();
    return reached;
  }

  /** The same for who reads on from there. */
  Optional<ResumeToken> readingFrom() {
    turn.lock();
    try {
      Optional<ResumeToken> from = reached();
      begunAnew = false;
      return from;
    } finally {
      turn.unlock();
    }
  }

  /** How many streams could not be read, and are tried again. */
  long owing() {
    return owing;
  }

  /** Lets others wait for what is written here. */
  Progress progress() {
    return progress;
  }

  /** Takes changes that came, and their place. */
  void take(List<StreamChange> changes, ResumeToken position) {
    turn.lock();
    try {
      models();
      if (begunAnew) {
        throw new IndexException(
            Kind.UNAVAILABLE, "The index is made anew, or goes on from where it is now", null);
      }
      take(changes, position, ofNew);
    } finally {
      turn.unlock();
    }
    progress.moved();
  }

  /** The same for who makes all rows anew, one change after the other from the first one on. */
  void takeAnew(List<StreamChange> changes, ResumeToken position) {
    turn.lock();
    try {
      take(changes, position, Insistence.none());
    } finally {
      turn.unlock();
    }
    progress.moved();
  }

  private void take(List<StreamChange> changes, ResumeToken position, Insistence insistence) {
    Models now = models();
    // Nothing can be a document then: streams need not be read to know that.
    IndexBatch batch =
        now.active().isEmpty()
            ? IndexBatch.empty()
            : batches.read(changes, now::isActive, insistence, Long.MAX_VALUE).batch();
    write(batch.at(position), RowWriter::notTried);
    reached = Optional.of(position);
  }

  /**
   * Takes changes that were before some models were indexed.
   *
   * @param from behind which these begin: models that are not as far have none of this done
   * @param position up to which these are all; when their rows are large, not all are taken
   */
  void fill(List<StreamChange> changes, long from, long position) {
    turn.lock();
    try {
      Models now = models();
      List<IndexedModel> filling =
          now.filling().stream().filter(model -> model.filled() >= from).toList();
      Predicate<StreamId> wanted = id -> filling.stream().anyMatch(model -> model.id().equals(id));
      BatchReader.Part part = batches.read(changes, wanted, ofEarlier, MOST_CHARS);
      long reached =
          part.changes() == changes.size()
              ? position
              : changes.get(part.changes() - 1).token().position();
      List<IndexedModel> further =
          filling.stream()
              .map(model -> model.withFill(further(model, reached), model.fillUntil()))
              .toList();
      write(part.batch().withModels(further), RowWriter::notTried);
      models = Optional.of(now.with(further));
    } finally {
      turn.unlock();
    }
    progress.moved();
  }

  private static long further(IndexedModel model, long position) {
    return Math.min(Math.max(model.filled(), position), model.fillUntil());
  }

  private static OwedStream notTried(IndexedDocument document) {
    return new OwedStream(document.stream(), document.created(), 0);
  }

  /**
   * Under the lock.
   *
   * @return how many documents were refused, and are owed
   */
  private int write(IndexBatch batch, Function<IndexedDocument, OwedStream> owedAs) {
    int refused = with(open -> Sieve.write(open, batch, owedAs));
    boolean mayChange = owing > 0 || refused > 0 || !batch.owed().isEmpty();
    if (mayChange
        && !(batch.documents().isEmpty() && batch.owed().isEmpty() && batch.settled().isEmpty())) {
      owing = with(DocumentIndex::owing);
    }
    return refused;
  }

  /**
   * What came of trying again.
   *
   * @param tried how many streams
   * @param settled how many of them could be read and written
   */
  record Settled(int tried, int settled) {}

  /**
   * Tries streams again that could not be read or written, those first that were tried least often.
   */
  Settled settle(int most) {
    turn.lock();
    try {
      Models now = models();
      List<IndexedDocument> documents = new ArrayList<>();
      List<StreamId> settled = new ArrayList<>();
      List<OwedStream> unread = new ArrayList<>();
      Map<StreamId, OwedStream> read = new HashMap<>();
      for (OwedStream owed : with(open -> open.owed(most))) {
        Deadline deadline = Deadline.in(SHORT_PATIENCE);
        switch (rows.read(owed.stream(), owed.created(), now::isActive, deadline)) {
          case Rows.Row row -> {
            documents.add(row.document());
            read.put(owed.stream(), owed.triedAgain());
          }
          case Rows.None ignored -> settled.add(owed.stream());
          case Rows.NotNow notNow -> {
            LOG.debug("Stream {} cannot be indexed yet: {}", owed.stream(), notNow.why());
            unread.add(owed.triedAgain());
          }
        }
      }
      int done = documents.size() + settled.size();
      int tried = done + unread.size();
      if (tried > 0) {
        done -=
            write(
                IndexBatch.empty().withDocuments(documents).withSettled(settled).withOwed(unread),
                document -> read.get(document.stream()));
      }
      return new Settled(tried, done);
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
        write(IndexBatch.empty().withModels(changed).synced(), RowWriter::notTried);
        models = Optional.of(now.with(changed));
      }
    } finally {
      turn.unlock();
    }
  }

  /** Forgets all rows: the feed gives everything again. */
  void clear() {
    forget(() -> index.get().clear());
  }

  /** The same, whatever state the index is in. */
  void beginAnew() {
    forget(index::anew);
  }

  private void forget(Runnable way) {
    turn.lock();
    try {
      way.run();
    } finally {
      askAgain();
      turn.unlock();
    }
  }
}
