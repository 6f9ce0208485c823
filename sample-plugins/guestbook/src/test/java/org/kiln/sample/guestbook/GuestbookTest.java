package org.kiln.sample.guestbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Retry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamWriter;
import org.kiln.api.stream.WriteRefusedException;
import org.kiln.api.stream.WriteRefusedException.Reason;
import org.kiln.kit.ipld.Json;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;

class GuestbookTest extends HttpRouteContract {
  @TempDir Path data;

  private final MemoryStreams streams = new MemoryStreams();

  private Guestbook guestbook(StreamWriter writer) {
    try {
      return new Guestbook(data.resolve("account"), writer, streams);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected HttpRoute route() {
    return guestbook(streams);
  }

  @Override
  protected FakeHttpCall call() {
    return FakeHttpCall.of("GET", "/guestbook");
  }

  private static FakeHttpCall entry(String name, String text) {
    Ipld body = Ipld.map("name", Ipld.of(name), "text", Ipld.of(text));
    return FakeHttpCall.of("POST", "/guestbook").withBody(Json.write(body));
  }

  private static Ipld.Map answer(HttpReply reply) throws Exception {
    return Json.parseMap(((HttpReply.Body) reply).parts().getFirst());
  }

  private static List<Ipld> list(Ipld.Map map, String member) {
    return ((Ipld.List) map.entries().get(member)).items();
  }

  @Test
  void shouldKeepEntriesInOneStreamOverRestarts() throws Exception {
    Ipld.Map first = answer(route().handle(entry("Ann", "Hello")));
    Ipld.Map second = answer(route().handle(entry("Ben", "Hi")));
    assertThat(second.text("stream")).isEqualTo(first.text("stream"));
    assertThat(list(second, "entries"))
        .containsExactly(
            Ipld.map("name", Ipld.of("Ann"), "text", Ipld.of("Hello")),
            Ipld.map("name", Ipld.of("Ben"), "text", Ipld.of("Hi")));
    assertThat(list(answer(route().handle(call())), "guestbooks")).containsExactly(second);
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("account"))))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldDropTheOldestOfAHundred() throws Exception {
    for (int i = 0; i < 102; i++) {
      route().handle(entry("Ann", "Entry " + i));
    }
    List<Ipld> entries =
        list((Ipld.Map) list(answer(route().handle(call())), "guestbooks").getFirst(), "entries");
    assertThat(entries).hasSize(100);
    assertThat(((Ipld.Map) entries.getFirst()).text("text")).contains("Entry 2");
  }

  @Test
  void shouldBuildOnTheTipOfWhoCameBetween() throws Exception {
    AtomicInteger refusals = new AtomicInteger(3);
    StreamWriter contended =
        new StreamWriter() {
          @Override
          public StreamState create(int type, List<Block> init, Options options)
              throws WriteRefusedException {
            return streams.create(type, init, options);
          }

          @Override
          public StreamState apply(StreamId stream, List<Block> event, Options options)
              throws WriteRefusedException {
            if (refusals.getAndDecrement() > 0) {
              throw new WriteRefusedException(Reason.CONFLICT, "The stream has gone on");
            }
            return streams.apply(stream, event, options);
          }
        };
    Ipld.Map answer = answer(guestbook(contended).handle(entry("Ann", "Hello")));
    assertThat(list(answer, "entries")).hasSize(1);

    refusals.set(Integer.MAX_VALUE);
    assertThatThrownBy(() -> guestbook(contended).handle(entry("Ann", "Hello")))
        .isInstanceOfSatisfying(
            HttpProblem.class,
            e -> {
              assertThat(e.status()).isEqualTo(503);
              assertThat(e.retry()).isEqualTo(Retry.LATER);
            });
  }

  @Test
  void rejectsWhatIsNoEntry() {
    for (FakeHttpCall call :
        List.of(
            entry(" ", "text"),
            entry("name", "x".repeat(1_001)),
            FakeHttpCall.of("POST", "/guestbook").withBody("[]".getBytes(StandardCharsets.UTF_8)),
            call().withQuery("after", "nonsense"))) {
      assertThatThrownBy(() -> route().handle(call))
          .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(400));
    }
    assertThat(streams.walk(Optional.empty(), 1, call().deadline(), s -> true)).isEmpty();
  }
}
