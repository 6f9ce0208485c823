package org.kiln.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.OwedStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes batches of changes: reads the streams as they are now. Many are read on several threads,
 * since most of that is computing. For one thread at a time.
 */
final class BatchReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchReader.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** So many streams are read before their rows are weighed. */
  private static final int PIECE = 500;

  /** As many as come while documents are created are read by one thread: the others create. */
  private static final int FEW = 100;

  private static final int MOST_THREADS = 4;

  private final Rows rows;
  private final int helping =
      Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()) - 1;
  private final ExecutorService helpers =
      Executors.newFixedThreadPool(
          Math.max(1, helping),
          Thread.ofPlatform().daemon().name("kiln-index-states-", 0).factory());

  BatchReader(Rows rows) {
    this.rows = rows;
  }

  /**
   * Rows of the first changes, and what is owed of them.
   *
   * @param changes how many these are
   */
  record Part(IndexBatch batch, int changes) {}

  /** Where a stream stands in the order of documents. */
  private record Place(StreamId stream, long created) {}

  /**
   * Reads the streams of changes, each once.
   *
   * @param mostChars of content, after which not many more are read; the rest is left out
   * @throws org.kiln.api.index.IndexException when what cannot be read is to be tried again
   */
  Part read(
      List<StreamChange> changes,
      Predicate<StreamId> wanted,
      Insistence insistence,
      long mostChars) {
    List<IndexedDocument> documents = new ArrayList<>();
    List<OwedStream> owed = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    Set<StreamId> seen = new HashSet<>();
    int taken = 0;
    long chars = 0;
    while (taken < changes.size() && chars < mostChars) {
      int end = Math.min(changes.size(), taken + PIECE);
      List<Place> places = new ArrayList<>();
      for (StreamChange change : changes.subList(taken, end)) {
        if (seen.add(change.stream())) {
          places.add(new Place(change.stream(), change.token().position()));
        }
      }
      AtomicReferenceArray<Rows.Outcome> outcomes = outcomes(places, wanted);
      for (int i = 0; i < places.size(); i++) {
        switch (outcomes.get(i)) {
          case Rows.Row row -> {
            documents.add(row.document());
            chars += row.document().content().length();
          }
          case Rows.None ignored -> {}
          case Rows.NotNow notNow -> {
            owed.add(new OwedStream(places.get(i).stream(), places.get(i).created(), 0));
            reasons.add(notNow.why());
          }
        }
      }
      taken = end;
    }
    insistence.on(owed, reasons.isEmpty() ? "" : reasons.get(0));
    for (int i = 0; i < owed.size(); i++) {
      LOG.warn("Stream {} is indexed later: {}", owed.get(i).stream(), reasons.get(i));
    }
    return new Part(IndexBatch.empty().withDocuments(documents).withOwed(owed), taken);
  }

  /** In the order of the streams. */
  private AtomicReferenceArray<Rows.Outcome> outcomes(
      List<Place> places, Predicate<StreamId> wanted) {
    AtomicReferenceArray<Rows.Outcome> outcomes = new AtomicReferenceArray<>(places.size());
    AtomicInteger next = new AtomicInteger();
    Runnable reading =
        () -> {
          for (int i = next.getAndIncrement(); i < places.size(); i = next.getAndIncrement()) {
            Place place = places.get(i);
            outcomes.set(
                i, rows.read(place.stream(), place.created(), wanted, Deadline.in(PATIENCE)));
          }
        };
    List<CompletableFuture<Void>> others = new ArrayList<>();
    for (int i = 0; i < helping && places.size() > FEW; i++) {
      others.add(CompletableFuture.runAsync(reading, helpers));
    }
    reading.run();
    others.forEach(CompletableFuture::join);
    return outcomes;
  }

  /** What is being read goes on to its end. */
  @Override
  public void close() {
    helpers.shutdown();
  }
}
