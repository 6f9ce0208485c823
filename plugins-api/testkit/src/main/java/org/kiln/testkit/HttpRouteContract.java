package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;

/**
 * What the gateway expects of every route: a pattern it can match, the same answer from all
 * threads, and on nonsense an {@link HttpProblem} with a sentence rather than any other exception.
 * Subclass it and hand it a route with a call that the route answers.
 */
public abstract class HttpRouteContract {
  private static final List<String> NONSENSE =
      List.of(
          "",
          " ",
          "..",
          "../../etc/passwd",
          "%00",
          "\u0000",
          "\ud800",
          "' OR 1=1 --",
          "<script>",
          "-1",
          "1e999",
          "z" + "1".repeat(4_000),
          "k2t6" + "\u00e9".repeat(20));

  /** The route under test, ready to be called. */
  protected abstract HttpRoute route() throws Exception;

  /** A call that it answers with a status from 200 to 299. */
  protected abstract FakeHttpCall call() throws Exception;

  @Test
  protected void shouldSayWhatItServes() throws Exception {
    HttpRoute route = route();
    assertThat(route.pattern()).matches("(/([^/{}]+|\\{[A-Za-z][A-Za-z0-9]*\\}))+|/");
    assertThat(route.methods())
        .isNotEmpty()
        .allMatch(method -> method.matches("GET|POST|PUT|PATCH|DELETE"));
    assertThat(route.access()).isNotNull();
    assertThat(route.maxBodyBytes()).isNotNegative();
    assertThat(route.methods()).contains(call().method());
    // The pattern is asked once; it must not change afterwards.
    assertThat(route.pattern()).isEqualTo(route.pattern());
    for (String variable : call().variables().keySet()) {
      assertThat(route.pattern()).contains("{" + variable + "}");
    }
  }

  @Test
  protected void shouldAnswer() throws Exception {
    HttpReply reply = route().handle(call());
    assertThat(reply.status()).isBetween(200, 299);
    assertThat(reply.headers()).isNotNull();
    assertThat(reply.contentType().isEmpty()).isEqualTo(written(reply) == 0);
  }

  @Test
  protected void shouldAnswerTheSameFromManyThreads() throws Exception {
    HttpRoute route = route();
    FakeHttpCall call = call();
    int expected = route.handle(call).status();
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      calls.add(() -> route.handle(call).status());
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (Future<Integer> status : executor.invokeAll(calls)) {
        assertThat(status.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  protected void shouldMeetNonsenseOnlyWithProblems() throws Exception {
    HttpRoute route = route();
    FakeHttpCall good = call();
    for (String value : NONSENSE) {
      for (String variable : good.variables().keySet()) {
        quietly(route, good.withVariable(variable, value));
      }
      for (String query : good.queries().keySet()) {
        quietly(route, good.withQuery(query, value));
      }
    }
    if (!good.method().equals("GET")) {
      for (String body :
          List.of("", "{", "null", "[]", "{\"a\":{}}", "\u0000", "[".repeat(9_000))) {
        quietly(route, good.withBody(body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      }
    }
  }

  @Test
  protected void shouldEndAnAnswerWhoseClientIsGone() throws Exception {
    if (route().handle(call()) instanceof HttpReply.Streamed streamed) {
      OutputStream gone =
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              throw new IOException("The client is gone");
            }
          };
      try {
        streamed.writer().write(gone);
      } catch (IOException expected) {
        assertThat(expected).hasMessage("The client is gone");
      }
    }
  }

  private static void quietly(HttpRoute route, FakeHttpCall call) {
    try {
      HttpReply reply = route.handle(call);
      assertThat(reply.status()).isBetween(200, 499);
    } catch (HttpProblem problem) {
      assertThat(problem.status()).isBetween(400, 599);
      assertThat(problem.code()).matches("[a-z][a-z0-9-]*");
      assertThat(problem.getMessage()).isNotBlank();
      assertThat(problem.details()).isInstanceOf(Map.class);
    }
  }

  private static int written(HttpReply reply) throws IOException {
    return switch (reply) {
      case HttpReply.Body body -> body.parts().stream().mapToInt(part -> part.length).sum();
      case HttpReply.Streamed streamed -> {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        streamed.writer().write(out);
        yield out.size();
      }
    };
  }
}
