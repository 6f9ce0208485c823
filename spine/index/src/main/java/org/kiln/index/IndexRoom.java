package org.kiln.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.index.CollectionService;
import org.kiln.core.index.IndexedModels;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamReads;

/** The room as a whole. Thread-safe. */
public final class IndexRoom implements CollectionService, IndexedModels, AutoCloseable {
  private static final int AT_ONCE = 500;

  /** Of all documents there are, by an index that has nothing else to do. */
  private static final Duration COUNT = Duration.ofMinutes(10);

  private final OpenIndex index;
  private final Feed feed;
  private final BatchReader batches;
  private final RowWriter writer;
  private final IndexReader reader;
  private final Freshness freshness;
  private final BackFill backFill;
  private final Admission admission;
  private final Duration longestQuery;

  /**
   * Opens nothing yet.
   *
   * @param longestWait how long a query waits for the index to be as new as it
   * @param longestQuery how long the database may take for one after that
   */
  public IndexRoom(
      OpenIndex index,
      Feed feed,
      StreamReads streams,
      Duration longestWait,
      Duration longestQuery) {
    this.index = index;
    this.feed = feed;
    this.longestQuery = longestQuery;
    Rows rows = new Rows(streams);
    this.batches = new BatchReader(rows);
    this.writer = new RowWriter(index, rows, batches);
    this.reader = new IndexReader(writer);
    this.freshness = new Freshness(feed, writer, reader, longestWait);
    this.admission = new Admission(streams);
    this.backFill = new BackFill(feed, writer);
  }

  /** What reads the feed. */
  public IndexReader reader() {
    return reader;
  }

  /** How often and how long queries waited. */
  public Freshness freshness() {
    return freshness;
  }

  /** Why the index does not go on. */
  Optional<String> trouble() {
    return index.damage().map(IndexException::getMessage).or(reader::trouble).or(backFill::trouble);
  }

  /** How many documents of a model the index holds at this moment, whatever is still to come. */
  long documentsNow(StreamId model, Deadline deadline) throws IndexException {
    return index.get().count(IndexQuery.of(Set.of(model)), deadline);
  }

  /** How many streams could not be read, and are tried again. */
  public long owing() {
    return writer.owing();
  }

  @Override
  public IndexPage page(IndexQuery query, Deadline deadline) throws StreamException {
    return answer(query, deadline, (meant, until) -> index.get().page(meant, until));
  }

  @Override
  public long count(IndexQuery query, Deadline deadline) throws StreamException {
    return answer(query, deadline, (meant, until) -> index.get().count(meant, until));
  }

  private interface Question<T> {
    T ask(IndexQuery query, Deadline deadline) throws IndexException;
  }

  private <T> T answer(IndexQuery query, Deadline deadline, Question<T> question)
      throws StreamException {
    try {
      Set<StreamId> meant = new TreeSet<>();
      Models models = writer.models();
      for (StreamId model : query.models()) {
        meant.addAll(
            models
                .meant(model)
                .orElseThrow(
                    () ->
                        new StreamException(
                            Reason.INVALID,
                            "Query failed: Model " + model + " is not indexed on this node")));
      }
      freshness.await(meant, deadline);
      long left = Math.min(longestQuery.toMillis(), deadline.remaining().toMillis());
      return question.ask(
          Canonical.of(query).ofModels(meant), Deadline.in(Duration.ofMillis(left)));
    } catch (IndexException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void index(List<Wanted> wanted, Deadline deadline) throws StreamException {
    List<IndexedModel> admitted = new ArrayList<>();
    for (Wanted one : wanted) {
      admitted.add(
          IndexedModel.of(one.model())
              .withInterfaces(admission.interfaces(one.model(), deadline))
              .withIndices(admission.indices(one.model(), one.indices())));
    }
    change(
        (models, reached) ->
            admitted.stream().map(model -> begun(models, model, reached)).toList());
    backFill.wake();
  }

  /** What is indexed already goes on; what was stopped is filled in again from the begin. */
  private static IndexedModel begun(Models models, IndexedModel fresh, long reached) {
    Optional<IndexedModel> known = models.find(fresh.id());
    Set<FieldIndex> indices = new LinkedHashSet<>();
    known.ifPresent(model -> indices.addAll(model.indices()));
    indices.addAll(fresh.indices());
    IndexedModel model = fresh.withIndices(List.copyOf(indices));
    return known.filter(IndexedModel::active).isPresent()
        ? model.withFill(known.get().filled(), known.get().fillUntil())
        : model.withFill(0, reached);
  }

  @Override
  public void stop(List<StreamId> models) throws StreamException {
    change(
        (known, reached) ->
            models.stream()
                .map(id -> known.find(id).orElseGet(() -> IndexedModel.of(id)).withActive(false))
                .toList());
    backFill.wake();
  }

  private void change(BiFunction<Models, Long, List<IndexedModel>> change) throws StreamException {
    try {
      writer.change(change);
    } catch (IndexException e) {
      throw unavailable(e);
    }
  }

  /**
   * Makes all rows anew, whatever state the index is in, and comes back when they are there. The
   * models stay, as far as the index still says which they are.
   *
   * @param progress hears how many of how many entries of the journal are taken
   * @return how many documents queries find now
   * @throws IndexException when they cannot be written
   */
  public long rebuild(BiConsumer<Long, Long> progress) throws FeedException, InterruptedException {
    writer.beginAnew();
    long total = feed.now().position();
    progress.accept(0L, total);
    try (FeedCursor<StreamChange> cursor = feed.changes(feed.beginning())) {
      List<StreamChange> changes;
      do {
        changes = cursor.next(AT_ONCE, Duration.ZERO);
        writer.takeAnew(changes, cursor.position());
        if (cursor.position().position() < total) {
          progress.accept(cursor.position().position(), total);
        }
      } while (!changes.isEmpty());
    }
    progress.accept(total, total);
    Set<StreamId> models =
        writer.models().active().stream().map(IndexedModel::id).collect(Collectors.toSet());
    return index.get().count(IndexQuery.of(models), Deadline.in(COUNT));
  }

  @Override
  public List<IndexedModel> models() throws StreamException {
    try {
      return writer.models().active();
    } catch (IndexException e) {
      throw unavailable(e);
    }
  }

  @Override
  public boolean indexes(StreamId model) {
    return writer.knownModels().filter(models -> models.isActive(model)).isPresent();
  }

  private static StreamException unavailable(IndexException e) {
    return new StreamException(
        e.kind() == IndexException.Kind.UNWRITABLE ? Reason.STORAGE : Reason.UNAVAILABLE,
        e.getMessage());
  }

  @Override
  public void close() {
    backFill.close();
    index.close();
    batches.close();
  }
}
