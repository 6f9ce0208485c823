package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;

/**
 * An index of two models, empty and opened anew for each test, and what its contracts put into it
 * and ask of it.
 */
abstract class OpenDocumentIndex {
  static final StreamId MODEL = StreamId.of(2, SampleStream.cid("model"));
  static final StreamId OTHER = StreamId.of(2, SampleStream.cid("other model"));
  static final String ANN = "did:key:ann";

  /** A place of the test's own. */
  @TempDir protected Path directory;

  DocumentIndex index;

  /** The backend under test. */
  protected abstract IndexBackend backend();

  /** What to open; the same index each time within one test. */
  protected IndexSpec spec() {
    return IndexSpec.of(directory.resolve("index"), NetworkId.INMEMORY);
  }

  @BeforeEach
  final void openIt() {
    index = backend().open(spec());
    index.write(
        IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL), IndexedModel.of(OTHER))));
  }

  @AfterEach
  final void closeIt() {
    index.close();
  }

  void reopen() {
    index.close();
    index = backend().open(spec());
  }

  static StreamId stream(long number) {
    return StreamId.of(3, SampleStream.cid("document " + number));
  }

  static IndexedDocument document(long number, String content) {
    return IndexedDocument.of(stream(number), MODEL, ANN, stream(number).init(), number, content);
  }

  void put(IndexedDocument... documents) {
    index.write(IndexBatch.empty().withDocuments(List.of(documents)));
  }

  /** Documents 1, 2, 3… with one member {@code f} each, as JSON text; null for none. */
  void putField(String... values) {
    List<IndexedDocument> documents = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      documents.add(document(i + 1L, values[i] == null ? "{}" : "{\"f\":" + values[i] + "}"));
    }
    index.write(IndexBatch.empty().withDocuments(documents));
  }

  static IndexQuery all() {
    return IndexQuery.of(Set.of(MODEL)).first(1_000);
  }

  IndexPage page(IndexQuery query) {
    return index.page(query, Deadline.NONE);
  }

  /** The numbers of the documents of a page. */
  List<Long> numbers(IndexQuery query) {
    return page(query).places().stream().map(IndexPlace::created).toList();
  }

  /** The numbers of the documents that are so; the count says the same, and so does an index. */
  List<Long> where(IndexFilter filter) {
    List<Long> found = numbers(all().where(filter));
    assertThat(index.count(all().where(filter), Deadline.NONE)).isEqualTo(found.size());
    indexBy(List.of(List.of("f")));
    assertThat(numbers(all().where(filter))).isEqualTo(found);
    assertThat(index.count(all().where(filter), Deadline.NONE)).isEqualTo(found.size());
    indexBy(List.of());
    return found;
  }

  /** Gives the model database indexes over these fields, and takes away all others. */
  void indexBy(List<List<String>> indices) {
    List<FieldIndex> asked =
        indices.stream()
            .map(fields -> new FieldIndex(fields.stream().map(List::of).toList()))
            .toList();
    index.write(
        IndexBatch.empty().withModels(List.of(IndexedModel.of(MODEL).withIndices(asked))).synced());
  }

  static IndexFilter is(Relation relation, Ipld value) {
    return new IndexFilter.Compare("f", relation, value);
  }
}
