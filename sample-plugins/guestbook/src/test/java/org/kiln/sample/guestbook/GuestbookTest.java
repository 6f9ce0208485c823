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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Retry;
import org.kiln.api.stream.WriteRefusedException.Reason;
import org.kiln.kit.ipld.Json;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.HttpRouteContract;
import org.kiln.testkit.MemoryStreams;

class GuestbookTest extends HttpRouteContract {
  @TempDir Path data;

  private final MemoryStreams streams = new MemoryStreams();

  @Override
  protected HttpRoute route() {
    try {
      return new Guestbook(data.resolve("account"), streams, streams);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    streams.refuse(Reason.CONFLICT, 3);
    Ipld.Map answer = answer(route().handle(entry("Ann", "Hello")));
    assertThat(list(answer, "entries")).hasSize(1);

    streams.refuse(Reason.CONFLICT, Integer.MAX_VALUE);
    assertThatThrownBy(() -> route().handle(entry("Ann", "Hello")))
        .isInstanceOfSatisfying(
            HttpProblem.class,
            e -> {
              assertThat(e.status()).isEqualTo(503);
              assertThat(e.retry()).isEqualTo(Retry.LATER);
            });

    streams.refuse(Reason.READ_ONLY, 1);
    assertThatThrownBy(() -> route().handle(entry("Ann", "Hello")))
        .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(403));
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
