package org.kiln.index.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedDocument;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.testkit.SampleStream;

/** Files that came to harm while nobody had them open: seen when they are opened. */
class SqliteHarmTest {
  private static final StreamId NOTE = StreamId.of(2, SampleStream.cid("note"));
  private static final IndexedModel INDEXED =
      IndexedModel.of(NOTE).withIndices(List.of(new FieldIndex(List.of(List.of("n")))));
  private static final int DOCUMENTS = 400;
  private static final int FLIPS = 100;
  private static final int PAGE = 4096;
  private static final byte TABLE_LEAF = 13;
  private static final byte INDEX_LEAF = 10;

  @TempDir Path directory;

  @BeforeEach
  void fill() {
    try (DocumentIndex index = open()) {
      write(index, 1, DOCUMENTS);
    }
  }

  private IndexSpec spec() {
    return IndexSpec.of(directory, NetworkId.INMEMORY);
  }

  private DocumentIndex open() {
    return new SqliteBackend().open(spec());
  }

  private Path file() {
    return directory.resolve(SqliteBackend.FILE);
  }

  private Path wal() {
    return directory.resolve(SqliteBackend.FILE + "-wal");
  }

  private static void write(DocumentIndex index, int from, int to) {
    List<IndexedDocument> documents = new ArrayList<>();
    for (int n = from; n <= to; n++) {
      StreamId id = StreamId.of(3, SampleStream.cid("document " + n));
      String content = "{\"n\":" + n + ",\"text\":\"" + "x".repeat(50) + "\"}";
      documents.add(IndexedDocument.of(id, NOTE, "did:key:ann", id.init(), n, content));
    }
    index.write(
        IndexBatch.empty()
            .withModels(List.of(INDEXED))
            .withDocuments(documents)
            .at(new ResumeToken(7, to)));
  }

  private static List<Long> found(DocumentIndex index) {
    IndexQuery all = IndexQuery.of(Set.of(NOTE)).first(1_000);
    List<Long> found =
        index.page(all, Deadline.NONE).places().stream().map(IndexPlace::created).toList();
    assertThat(index.count(all, Deadline.NONE)).isEqualTo(found.size());
    return found;
  }

  private void write(long at, byte... bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
      open.seek(at);
      open.write(bytes);
    }
  }

  /** The first page of that kind which has that text, or any. */
  private long pageOf(byte kind, String text) throws IOException {
    byte[] bytes = Files.readAllBytes(file());
    for (int at = PAGE; at < bytes.length; at += PAGE) {
      String page = new String(bytes, at, PAGE, StandardCharsets.ISO_8859_1);
      if (bytes[at] == kind && page.contains(text)) {
        return at;
      }
    }
    throw new AssertionError("No page of kind " + kind + " with " + text);
  }

  private void rejectsAndMakesAnew(List<IndexedModel> kept) {
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            IndexException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
        .hasMessageContaining(file().toString());
    try (DocumentIndex anew = new SqliteBackend().openAnew(spec())) {
      assertThat(anew.position()).isEmpty();
      assertThat(anew.models())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyElementsOf(kept);
      write(anew, 1, 3);
    }
    try (DocumentIndex index = open()) {
      assertThat(found(index)).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void rejectsAHeaderThatIsNone() throws Exception {
    write(0, new byte[16]);
    rejectsAndMakesAnew(List.of());
  }

  @Test
  void rejectsAFileThatWasCutOff() throws Exception {
    try (RandomAccessFile open = new RandomAccessFile(file().toFile(), "rw")) {
      open.setLength(open.length() / PAGE / 2 * PAGE);
    }
    rejectsAndMakesAnew(List.of());
  }

  @Test
  void rejectsAPageOfRowsThatIsNone() throws Exception {
    write(pageOf(TABLE_LEAF, "xxxxxxxx") + 1, (byte) 0x55, (byte) 0xAA, (byte) 0x55, (byte) 0xAA);
    rejectsAndMakesAnew(List.of(INDEXED));
  }

  /** SQLite itself would go on, and not find the row by that index. */
  @Test
  void rejectsAnIndexThatDoesNotAgreeWithTheRows() throws Exception {
    long page = pageOf(INDEX_LEAF, "did:key:ann");
    byte[] bytes = Files.readAllBytes(file());
    String text = new String(bytes, (int) page, PAGE, StandardCharsets.ISO_8859_1);
    write(page + text.lastIndexOf("did:key:ann") + 8, (byte) 'A');
    rejectsAndMakesAnew(List.of(INDEXED));
  }

  @Test
  void shouldBeginWithoutModelsWhereThereIsNoFileOrNothingInIt() throws Exception {
    for (boolean gone : List.of(true, false)) {
      Files.delete(file());
      if (!gone) {
        Files.createFile(file());
      }
      try (DocumentIndex index = open()) {
        assertThat(index.models()).isEmpty();
        assertThat(index.position()).isEmpty();
      }
    }
  }

  /** The log before the file has sums of its own: what is behind damage in it never was. */
  @Test
  void shouldLoseRowsAndTheirPlaceTogetherToADamagedLog() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path copy = elsewhere.resolve(file().getFileName());
    try (DocumentIndex index = open()) {
      for (int n = DOCUMENTS + 1; n <= DOCUMENTS + 20; n++) {
        write(index, n, n);
      }
      Files.copy(file(), copy);
      Files.copy(wal(), elsewhere.resolve(wal().getFileName()));
    }
    byte[] whole = Files.readAllBytes(elsewhere.resolve(wal().getFileName()));
    byte[] main = Files.readAllBytes(copy);
    Set<Long> places = new TreeSet<>();
    for (int i = 1; i < 8; i++) {
      byte[] damaged = whole.clone();
      damaged[damaged.length / 8 * i] ^= 0x10;
      Files.write(file(), main);
      Files.write(wal(), damaged);
      try (DocumentIndex index = open()) {
        long place = index.position().orElseThrow().position();
        assertThat(found(index)).hasSize((int) place);
        places.add(place);
      }
    }
    assertThat(places).hasSizeGreaterThan(2);
  }

  @Test
  void shouldMakeAnewWhatANewerVersionHasWritten() throws Exception {
    byte[] version = ByteBuffer.allocate(4).putInt(99).array();
    write(60, version);
    assertThatThrownBy(this::open).hasMessageContaining("kiln rebuild --index");
    try (DocumentIndex anew = new SqliteBackend().openAnew(spec())) {
      assertThat(anew.models())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(INDEXED);
      assertThat(found(anew)).isEmpty();
    }
  }

  /** Of single bits, wherever they are: which documents there are is right, or nothing is said. */
  @Test
  void shouldNeverFindOtherDocumentsThanThereAre() throws Exception {
    byte[] whole = Files.readAllBytes(file());
    Path spare = directory.resolve("spare");
    Files.move(file(), spare);
    List<Long> expected = LongStream.rangeClosed(1, DOCUMENTS).boxed().toList();
    Random random = new Random(12);
    int refused = 0;
    for (int i = 0; i < FLIPS; i++) {
      Files.copy(spare, file(), StandardCopyOption.REPLACE_EXISTING);
      int at = random.nextInt(whole.length);
      write(at, (byte) (whole[at] ^ 1 << random.nextInt(8)));
      try (DocumentIndex index = open()) {
        assertThat(found(index)).as("byte " + at).isEqualTo(expected);
      } catch (IndexException e) {
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.CORRUPT);
        refused++;
      }
      Files.deleteIfExists(wal());
    }
    assertThat(refused).isGreaterThan(20);
  }
}
