package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.OwedStream;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.index.sqlite.SqliteBackend;
import org.kiln.testkit.FakeFeed;
import org.kiln.testkit.SampleStream;

/** A database that lives apart from the node may come back with less than it said it had. */
class LostPlaceTest {
  private static final Deadline PATIENCE = Deadline.in(Duration.ofMinutes(2));
  private static final StreamId NOTE = StreamId.of(2, SampleStream.cid("note"));

  @TempDir Path directory;
  private final FakeFeed feed = new FakeFeed();
  private StandIn standIn;
  private IndexRoom room;

  @BeforeEach
  void open() {
    standIn = new StandIn(open("first"), open("second"));
    OpenIndex index =
        new OpenIndex(standIn, IndexSpec.of(directory.resolve("none"), NetworkId.INMEMORY));
    room =
        new IndexRoom(
            index, feed, LostPlaceTest::load, Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  private DocumentIndex open(String name) {
    DocumentIndex index =
        new SqliteBackend().open(IndexSpec.of(directory.resolve(name), NetworkId.INMEMORY));
    index.write(IndexBatch.empty().withModels(List.of(IndexedModel.of(NOTE))));
    return index;
  }

  @AfterEach
  void close() {
    room.close();
    standIn.second.close();
  }

  private static StreamState load(StreamRef ref, LoadOptions options) {
    Ipld.Map metadata =
        Ipld.map(
            "controllers",
            Ipld.list(Ipld.of("did:key:ann")),
            "model",
            new Ipld.Bytes(NOTE.bytes()));
    StreamId id = ref.stream();
    Document document = Document.of(Ipld.map(), metadata, Document.Signature.SIGNED);
    return SampleStream.created(id.type(), id.init(), document);
  }

  private StreamId document(String name) {
    StreamId id = StreamId.of(3, SampleStream.cid(name));
    feed.change(id, id.init(), Kind.UPDATED, Origin.CLIENT);
    return id;
  }

  private void read() throws Exception {
    try (FeedCursor<StreamChange> cursor =
        feed.changes(room.reader().position().orElseGet(feed::beginning))) {
      room.reader().take(cursor.next(100, Duration.ZERO), cursor.position());
    }
  }

  @Test
  void shouldTakeAgainWhatTheDatabaseHasLost() throws Exception {
    StreamId first = document("first");
    read();
    standIn.failOver();
    StreamId second = document("second");
    assertThatThrownBy(this::read).hasMessage("The session is lost");

    read();

    IndexQuery query = IndexQuery.of(Set.of(NOTE)).first(10);
    assertThat(room.page(query, PATIENCE).places())
        .extracting(IndexPlace::stream)
        .containsExactly(first, second);
  }

  @Test
  void rejectsWhatComesNextUntilTheReaderHasAskedWhereToBegin() throws Exception {
    document("first");
    read();
    standIn.failOver();
    assertThatThrownBy(() -> room.stop(List.of(NOTE))).hasMessage("The session is lost");
    StreamId second = StreamId.of(3, SampleStream.cid("second"));
    StreamChange next = feed.change(second, second.init(), Kind.UPDATED, Origin.CLIENT);

    assertThatThrownBy(() -> room.reader().take(List.of(next), next.token()))
        .hasMessageContaining("goes on from where it is now");
    read();

    assertThat(standIn.count(IndexQuery.of(Set.of(NOTE)), PATIENCE)).isEqualTo(2);
  }

  /** One database, and one that takes its place without what was written last. */
  private static final class StandIn implements IndexBackend, DocumentIndex {
    private final DocumentIndex first;
    private final DocumentIndex second;
    private volatile boolean failedOver;
    private volatile boolean told;

    StandIn(DocumentIndex first, DocumentIndex second) {
      this.first = first;
      this.second = second;
    }

    void failOver() {
      failedOver = true;
    }

    private DocumentIndex now() {
      if (failedOver && !told) {
        told = true;
        throw new IndexException(IndexException.Kind.UNAVAILABLE, "The session is lost", null);
      }
      return failedOver ? second : first;
    }

    @Override
    public String id() {
      return "stand-in";
    }

    @Override
    public DocumentIndex open(IndexSpec spec) {
      return this;
    }

    @Override
    public List<IndexedModel> models() {
      return now().models();
    }

    @Override
    public Optional<ResumeToken> position() {
      return now().position();
    }

    @Override
    public void write(IndexBatch batch) {
      now().write(batch);
    }

    @Override
    public IndexPage page(IndexQuery query, Deadline deadline) {
      return now().page(query, deadline);
    }

    @Override
    public long count(IndexQuery query, Deadline deadline) {
      return now().count(query, deadline);
    }

    @Override
    public List<OwedStream> owed(int most) {
      return now().owed(most);
    }

    @Override
    public long owing() {
      return now().owing();
    }

    @Override
    public void clear() {
      now().clear();
    }

    @Override
    public void close() {
      first.close();
    }
  }
}
