package org.kiln.sample.authors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamReader;
import org.kiln.testkit.ChangeReaderContract;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.SampleStream;

class AuthorsTest extends ChangeReaderContract {
  private static final String ANN = "did:key:ann";
  private static final String BOB = "did:key:bob";

  @TempDir private Path directory;

  private final Map<StreamId, String> controllers = new ConcurrentHashMap<>();

  private final StreamReader streams =
      (ref, deadline) -> {
        String controller = controllers.get(ref.stream());
        if (controller == null) {
          throw new DependencyMissingException(
              Dependency.stream(ref.stream()), "It is not known here");
        }
        Ipld.Map metadata = Ipld.map("controllers", Ipld.list(Ipld.of(controller)));
        return SampleStream.created(
            ref.stream().type(),
            ref.stream().init(),
            Document.of(Ipld.NULL, metadata, Document.Signature.SIGNED));
      };

  @Override
  protected Authors open() throws IOException {
    return new Authors(new AuthorIndex(file()), streams);
  }

  private File file() {
    return directory.resolve("authors.mv").toFile();
  }

  @Override
  protected void close(ChangeReader reader) {
    ((Authors) reader).close();
  }

  @Override
  protected void appendChanges(int count) {
    for (int i = 0; i < count; i++) {
      create("stream " + i + " after " + feed.now(), ANN);
    }
  }

  private StreamId create(String name, String controller) {
    Cid init = SampleStream.cid(name);
    StreamId stream = StreamId.of(0, init);
    controllers.put(stream, controller);
    feed.change(stream, init, Kind.CREATED, Origin.CLIENT);
    return stream;
  }

  private static String asked(Authors authors, String did, String... query) throws Exception {
    FakeHttpCall call = FakeHttpCall.of("GET", "/authors/" + did).withVariable("did", did);
    for (int i = 0; i < query.length; i += 2) {
      call = call.withQuery(query[i], query[i + 1]);
    }
    var reply = (org.kiln.api.http.HttpReply.Body) authors.handle(call);
    return new String(reply.parts().get(0), StandardCharsets.UTF_8);
  }

  @Test
  void shouldCountWhatHappenedToTheStreamsOfAnAuthor() throws Exception {
    Authors authors = open();
    StreamId first = create("first", ANN);
    create("other", BOB);
    Cid tip = SampleStream.cid("update");
    feed.change(first, SampleStream.cid("earlier"), Kind.UPDATED, Origin.CLIENT);
    feed.change(first, tip, Kind.ANCHORED, Origin.NODE);
    read(authors);

    assertThat(asked(authors, ANN))
        .isEqualTo(
            "{\"did\":\"%s\",\"token\":\"%s\",\"streams\":[{\"stream\":\"%s\",\"tip\":\"%s\",\"writes\":2,\"changes\":3}],\"more\":false}"
                .formatted(ANN, feed.now(), first, tip));
    assertThat(asked(authors, "did:key:ann\"")).contains("\"did\":\"did:key:ann\\\"\"");
    close(authors);
  }

  @Test
  void shouldFileAStreamUnderItsNewController() throws Exception {
    Authors authors = open();
    StreamId stream = create("given away", ANN);
    read(authors);
    controllers.put(stream, BOB);
    feed.change(stream, SampleStream.cid("update"), Kind.UPDATED, Origin.CLIENT);
    read(authors);
    assertThat(asked(authors, ANN)).contains("\"streams\":[]");
    assertThat(asked(authors, BOB)).contains(stream.toString(), "\"writes\":2");
    close(authors);
  }

  @Test
  void shouldTakeNothingOfABatchThatItCannotTakeWhole() throws Exception {
    Authors authors = open();
    create("first", ANN);
    read(authors);
    String before = asked(authors, ANN);
    create("second", ANN);
    StreamId late = create("late", ANN);
    controllers.remove(late);
    assertThatThrownBy(() -> read(authors))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(late.toString());
    assertThat(asked(authors, ANN)).isEqualTo(before);

    controllers.put(late, ANN);
    read(authors);
    assertThat(asked(authors, ANN)).contains(late.toString(), feed.now().toString());
    close(authors);
  }

  @Test
  void shouldAnswerInPages() throws Exception {
    Authors authors = open();
    appendChanges(5);
    create("of somebody else", BOB);
    read(authors);
    String page = asked(authors, ANN, "limit", "3");
    assertThat(page).contains("\"more\":true");
    String last = page.substring(page.lastIndexOf("stream\":\"") + 9).split("\"")[0];
    String rest = asked(authors, ANN, "limit", "3", "after", last);
    assertThat(rest).contains("\"more\":false").doesNotContain(last);
    assertThat(rest.split("\"tip\"")).hasSize(3);
    close(authors);
  }

  @Test
  void shouldBeginAnewWhenItsFileIsDamaged() throws Exception {
    Authors authors = open();
    appendChanges(3);
    read(authors);
    close(authors);
    byte[] bytes = Files.readAllBytes(file().toPath());
    java.util.Arrays.fill(bytes, (byte) 7);
    Files.write(file().toPath(), bytes);

    Authors anew = open();
    assertThat(anew.position()).isEmpty();
    read(anew);
    assertThat(anew.position()).contains(feed.now());
    close(anew);
  }
}
