package org.kiln.itests.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.index.postgresql.PostgresBackend;
import org.kiln.index.sqlite.SqliteBackend;
import org.kiln.testkit.SampleStream;

/**
 * What a page costs in an index of few and of many documents: {@code IndexPages DIRECTORY|URL
 * [DOCUMENTS…]}. Each of as many as are named, in a directory or schema of its own.
 */
final class IndexPages {
  private static final StreamId MODEL = StreamId.of(2, SampleStream.cid("model"));
  private static final int BATCH = 500;
  private static final int PAGE = 20;
  private static final int ROUNDS = 300;
  private static final int TOPICS = 10;

  private IndexPages() {}

  public static void main(String[] args) throws Exception {
    List<Integer> sizes =
        args.length > 1
            ? Arrays.stream(args).skip(1).map(Integer::valueOf).toList()
            : List.of(10_000, 200_000);
    for (int size : sizes) {
      boolean postgres = args[0].startsWith(PostgresBackend.ID + ":");
      IndexBackend backend = postgres ? new PostgresBackend() : new SqliteBackend();
      Path directory =
          postgres ? Path.of(".") : Files.createDirectories(Path.of(args[0], "of-" + size));
      IndexSpec spec = IndexSpec.of(directory, NetworkId.INMEMORY);
      String url = args[0] + (args[0].contains("?") ? "&" : "?") + "currentSchema=of_" + size;
      try (DocumentIndex index =
          backend.open(postgres ? spec.with(Map.of(PostgresBackend.URL, url)) : spec)) {
        System.out.println(backend.id() + ", " + size + " documents");
        fill(index, size);
        measure(index, size);
      }
    }
  }

  private static void fill(DocumentIndex index, int size) {
    FieldIndex byRank = new FieldIndex(List.of(List.of("rank")));
    FieldIndex byTopic = new FieldIndex(List.of(List.of("topic"), List.of("rank")));
    index.write(
        IndexBatch.empty()
            .withModels(List.of(IndexedModel.of(MODEL).withIndices(List.of(byRank, byTopic)))));
    long begin = System.nanoTime();
    for (int done = 0; done < size; done += BATCH) {
      List<IndexedDocument> documents = new ArrayList<>();
      for (int i = done; i < Math.min(size, done + BATCH); i++) {
        StreamId id = StreamId.of(3, SampleStream.cid("document " + i));
        String content =
            "{\"topic\":\"topic %d\",\"rank\":%d,\"text\":\"%s\"}"
                .formatted(i % TOPICS, i * 7919L % size, "All that is said here. ".repeat(10));
        documents.add(IndexedDocument.of(id, MODEL, "did:key:ann", id.init(), i, content));
      }
      index.write(IndexBatch.empty().withDocuments(documents));
    }
    say("rows written a second", size / ((System.nanoTime() - begin) / 1e9));
  }

  private static void measure(DocumentIndex index, int size) {
    IndexQuery newest = IndexQuery.of(Set.of(MODEL)).last(PAGE);
    IndexQuery sorted =
        IndexQuery.of(Set.of(MODEL)).first(PAGE).sortedBy(List.of(new SortKey("rank", true)));
    IndexFilter topic = new IndexFilter.Compare("topic", Relation.EQUAL, Ipld.of("topic 3"));
    IndexQuery filtered = sorted.where(topic);
    IndexQuery unindexed = sorted.sortedBy(List.of(new SortKey("text", false)));
    time("newest 20", ROUNDS, () -> page(index, newest));
    time("the 20 in the middle", ROUNDS, () -> page(index, newest.after(place(size / 2))));
    time("first 20 by rank", ROUNDS, () -> page(index, sorted));
    IndexPlace deep = place(size / 2, Ipld.of(size / 2));
    time("20 by rank from the middle", ROUNDS, () -> page(index, sorted.after(deep)));
    time("first 20 of a topic by rank", ROUNDS, () -> page(index, filtered));
    time("20 of a topic from the middle", ROUNDS, () -> page(index, filtered.after(deep)));
    time("count of all", 10, () -> index.count(newest, Deadline.NONE));
    time("count of a topic", 10, () -> index.count(newest.where(topic), Deadline.NONE));
    time("first 20 without an index", 3, () -> page(index, unindexed));
  }

  private static IndexPlace place(long created, Ipld... keys) {
    return new IndexPlace(List.of(keys), created, MODEL);
  }

  private static void page(DocumentIndex index, IndexQuery query) {
    IndexPage page = index.page(query, Deadline.NONE);
    if (page.places().size() != PAGE) {
      throw new IllegalStateException("A page of " + page.places().size());
    }
  }

  private static void time(String what, int rounds, Runnable work) {
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      long begin = System.nanoTime();
      work.run();
      nanos[i] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    say(what + ", ms (median)", nanos[rounds / 2] / 1e6);
  }

  private static void say(String what, double number) {
    System.out.println(String.format(Locale.ROOT, "  %-40s %,12.2f", what, number));
  }
}
