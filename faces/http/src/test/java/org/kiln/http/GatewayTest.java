package org.kiln.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.plugin.Retry;
import org.kiln.core.http.HttpManners;
import org.kiln.core.lending.Rank;
import org.kiln.core.node.Metrics.Sample;

class GatewayTest {
  private RunningGateway http;

  @BeforeEach
  void start() throws Exception {
    http = RunningGateway.start();
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void shouldNotSayThatNothingIsThereWhenItIsNotThereItself() throws Exception {
    try (RunningGateway http = RunningGateway.start().with(TestRoute.text("/a", "here"))) {
      assertThat(http.get("/a").statusCode()).isEqualTo(200);

      http.leave();

      HttpResponse<String> answer = http.get("/a");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(answer.body()).contains("\"code\":\"busy\"");
    }
  }

  @Test
  void shouldSendReasonPhrase() throws Exception {
    http.with(TestRoute.text("/a", "x"));

    assertThat(http.raw("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(http.raw("GET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 404 Not Found\r\n");
  }

  @Test
  void shouldAnswerWithPartsInOrder() {
    http.with(TestRoute.get("/a", c -> HttpReply.json(bytes("{\"a\":"), bytes("1"), bytes("}"))));

    HttpResponse<String> answer = http.get("/a");

    assertThat(answer.body()).isEqualTo("{\"a\":1}");
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("7");
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .matches("application/json; ?charset=utf-8");
  }

  @Test
  void shouldAnswerLargeBody() {
    byte[] part = new byte[50_000];
    Arrays.fill(part, (byte) 'x');
    http.with(TestRoute.get("/a", c -> HttpReply.json(part, part, part)));

    assertThat(http.get("/a").body()).hasSize(150_000);
  }

  @Test
  void shouldServeHeadByGet() {
    http.with(TestRoute.text("/a", "12345"));

    HttpResponse<String> answer = http.send("HEAD", "/a", null);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("5");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void shouldIgnoreCaseOfFixedSegmentsAndTrailingSlash() {
    http.with(
        TestRoute.get(
            "/api/{id}/Content",
            c -> HttpReply.text(200, "text/plain", c.variable("id") + " " + c.path())));

    assertThat(http.get("/API/kAbC/cONTENT/").body()).isEqualTo("kAbC /API/kAbC/cONTENT/");
  }

  @Test
  void shouldDecodeVariablesAndQuery() {
    http.with(
        TestRoute.get(
            "/a/{v}",
            c ->
                HttpReply.text(
                    200, "text/plain", c.variable("v") + "|" + c.queries() + c.query("none"))));

    assertThat(http.get("/a/x%3Fcommit%3D0?b=1+2&c=%C3%A9&b=3&d&=e").body())
        .isEqualTo("x?commit=0|{b=1 2, c=\u00e9, d=, =e}Optional.empty");
  }

  @Test
  void shouldTakeEscapedSlashForPartOfTheSegment() {
    http.with(TestRoute.get("/a/{v}", c -> HttpReply.text(200, "text/plain", c.variable("v"))));

    assertThat(http.get("/a/ceramic%3A%2F%2Fkabc").body()).isEqualTo("ceramic://kabc");
    assertThat(http.get("/a/%2Fceramic%2Fkabc").body()).isEqualTo("/ceramic/kabc");
    assertThat(http.get("/a/..%2Fb").body()).isEqualTo("../b");
  }

  @Test
  void rejectsBadEncoding() {
    http.with(TestRoute.text("/a/{v}", "x"));

    assertThat(http.get("/a/b?c=%00").statusCode()).isEqualTo(400);
    assertThat(http.get("/a/b?c=%FF").statusCode()).isEqualTo(400);
    assertThat(http.get("/a/" + "b".repeat(300)).statusCode()).isEqualTo(400);
  }

  @Test
  void rejectsBadRawTargets() throws Exception {
    http.with(TestRoute.text("/a/{v}", "x"));
    assertThat(http.get("/a/b").statusCode()).isEqualTo(200);

    for (String target : List.of("/a/%zz", "/a/b%", "/a/%00", "/a/%ff", "/a/b?c=%z")) {
      assertThat(
              http.raw(
                  "GET "
                      + target
                      + " HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\nConnection: close\r\n\r\n"))
          .as(target)
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .containsAnyOf("\"code\":\"bad-url\"", "\"code\":\"bad-request\"")
          .contains("Access-Control-Allow-Origin: ")
          .doesNotContain("<html>");
    }
  }

  @Test
  void shouldKeepToTheAllowedOriginsWhateverIsWrongWithTheRequest() throws Exception {
    AccessPolicy access = new BearerAccess(List.of(), List.of());
    try (RunningGateway strict =
        new RunningGateway(RunningGateway.LIMITS, List.of("^https://good$"), access)) {
      assertThat(strict.get("/a").statusCode()).isEqualTo(404);

      // Of some of these the server has not read the origin: then nobody is allowed.
      for (String target : List.of("/a/%zz", "/a/b%", "/a?b=%z", "/" + "a".repeat(20_000))) {
        for (String origin : List.of("https://good", "https://evil")) {
          assertThat(
                  strict.raw(
                      "GET "
                          + target
                          + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nOrigin: "
                          + origin
                          + "\r\n\r\n"))
              .as(origin + target)
              .startsWith("HTTP/1.1 4")
              .doesNotContain("Access-Control-Allow-Origin: *")
              .doesNotContain("Access-Control-Allow-Origin: https://evil");
        }
      }
      assertThat(strict.raw("GET /a?b=%z HTTP/1.0\r\nOrigin: https://good\r\n\r\n"))
          .contains("Access-Control-Allow-Origin: https://good\r\n");
    }
  }

  @Test
  void shouldAnswerUnknownPathOfCeramicAsExpress() throws Exception {
    http.with(TestRoute.text("/api/v0/a", "x"));

    HttpResponse<String> answer = http.send("PUT", "/api/v0/a", null);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(answer.body()).contains("<pre>Cannot PUT /api/v0/a</pre>");
    assertThat(http.get("/api/v0/%3Cb%3E&'").body())
        .contains("Cannot GET /api/v0/%3Cb%3E&amp;&#39;");
  }

  @Test
  void shouldSayLaterWhileTheNodeStarts() {
    http.with(TestRoute.text("/a", "x"));
    http.starting = "plugins";

    for (String path : List.of("/none", "/api/v0/none")) {
      HttpResponse<String> answer = http.get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(answer.body()).contains("The node is starting, and waits for plugins");
    }
    assertThat(http.get("/a").body()).isEqualTo("x");
    http.starting = null;
    assertThat(http.get("/none").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldAnswerUnknownPathOfItsOwnWithProblem() {
    HttpResponse<String> answer = http.get("/none\"".replace("\"", "%22"), "Origin", "https://a");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body())
        .isEqualTo("{\"error\":\"Cannot GET /none%22\",\"code\":\"not-found\"}");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://a");
  }

  @Test
  void shouldSayWhichMethodsAPathHas() {
    http.with(TestRoute.text("/b/{x}", "x")).with(TestRoute.post("/b/c", c -> HttpReply.json()));

    HttpResponse<String> answer = http.send("DELETE", "/b/C/", null, "Origin", "https://a");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD, POST");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://a");
    assertThat(answer.body()).contains("\"code\":\"method-not-allowed\"");
  }

  @Test
  void shouldWriteProblems() {
    http.with(
        TestRoute.get(
            "/a",
            c -> {
              throw new HttpProblem(
                  503,
                  "gone",
                  "say \"why\"\n\u0001",
                  Retry.after(Duration.ofSeconds(7)),
                  Map.of("b", "2", "a", "1"));
            }));

    HttpResponse<String> answer = http.get("/a");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":\"say \\\"why\\\"\\n\\u0001\",\"code\":\"gone\",\"a\":\"1\",\"b\":\"2\"}");
  }

  @Test
  void shouldHideUnexpectedFailures() throws Exception {
    http.with(
        TestRoute.get(
            "/a",
            c -> {
              throw new IllegalStateException("secret");
            }));

    HttpResponse<String> answer = http.get("/a");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("Internal error").doesNotContain("secret");
    assertThat(http.get("/a").statusCode()).isEqualTo(500);
    assertThat(http.raw("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 500 Internal Server Error\r\n");
  }

  @Test
  void shouldTakeExpiredDeadlineForBusy() {
    http.with(
        TestRoute.get(
            "/a",
            c -> {
              throw new DeadlineExpiredException("too slow");
            }));

    assertThat(http.get("/a").statusCode()).isEqualTo(503);
    assertThat(http.get("/a").body()).contains("too slow");
  }

  @Test
  void shouldReadBody() {
    http.with(TestRoute.post("/a", c -> HttpReply.json(c.body())));

    assertThat(http.send("POST", "/a", bytes("x".repeat(100))).body()).hasSize(100);
    assertThat(http.send("POST", "/a", null).body()).isEmpty();
  }

  @Test
  void shouldReadBodyOfUnknownLength() throws Exception {
    http.with(TestRoute.post("/a", c -> HttpReply.json(c.body())));

    assertThat(http.raw(chunked("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"))).endsWith("hello!");
  }

  @Test
  void rejectsLargeBody() throws Exception {
    http.with(TestRoute.post("/a", c -> HttpReply.json(c.body())));

    HttpResponse<String> answer = http.send("POST", "/a", bytes("x".repeat(101)));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":\"request entity too large: at most 100 bytes are accepted\","
                + "\"code\":\"body-too-large\"}");
    assertThat(http.raw(chunked("65\r\n" + "x".repeat(101) + "\r\n0\r\n\r\n")))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void rejectsLargeBodyBeforeItIsSent() throws Exception {
    http.with(TestRoute.post("/a", c -> HttpReply.json(c.body())));

    assertThat(http.raw("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void shouldAskForCredential() throws Exception {
    http.with(TestRoute.text("/v", "x").with(Access.VIEWER))
        .with(TestRoute.text("/o", "x").with(Access.OPERATOR));
    String viewer = BearerAccessTest.hash("viewer");
    String operator = BearerAccessTest.hash("operator");

    assertThat(http.get("/v").statusCode()).isEqualTo(401);
    assertThat(http.get("/o", "Authorization", "Bearer operator").statusCode()).isEqualTo(401);
    http.gateway.configure(
        RunningGateway.LIMITS,
        new Cors(List.of()),
        new BearerAccess(List.of(viewer), List.of(operator)),
        AccessLog.OFF);

    assertThat(http.get("/v", "Authorization", "Bearer viewer").statusCode()).isEqualTo(200);
    assertThat(http.get("/o", "Authorization", "Bearer viewer").statusCode()).isEqualTo(401);
    assertThat(http.get("/o", "Authorization", "Bearer operator").statusCode()).isEqualTo(200);
    assertThat(http.get("/o").headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
  }

  @Test
  void shouldEchoAllowedOrigin() {
    http.with(TestRoute.text("/a", "x"));

    HttpResponse<String> answer = http.get("/a", "Origin", "https://app.example");

    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue("https://app.example");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).hasValue("true");
    assertThat(answer.headers().firstValue("Vary")).hasValue("Origin");
    assertThat(http.get("/a").headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    assertThat(http.get("/none", "Origin", "https://b").headers().map())
        .containsKey("access-control-allow-origin");
  }

  @Test
  void shouldServeOtherOriginWithoutSayingSo() {
    http.gateway.configure(
        RunningGateway.LIMITS,
        new Cors(List.of("^https://good\\.example$")),
        new BearerAccess(List.of(), List.of()),
        AccessLog.OFF);
    http.with(TestRoute.text("/a", "x"));

    HttpResponse<String> bad = http.get("/a", "Origin", "https://bad.example");

    assertThat(bad.statusCode()).isEqualTo(200);
    assertThat(bad.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    assertThat(http.get("/a", "Origin", "https://good.example").headers().map())
        .containsKey("access-control-allow-origin");
  }

  @Test
  void shouldAnswerPreflightOfAnyPath() {
    HttpResponse<String> answer =
        http.send(
            "OPTIONS",
            "/whatever",
            null,
            "Origin",
            "https://a",
            "Access-Control-Request-Headers",
            "content-type,x-y");

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
        .hasValue("GET,HEAD,PUT,PATCH,POST,DELETE");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
        .hasValue("content-type,x-y");
    assertThat(answer.headers().firstValue("Access-Control-Max-Age")).hasValue("7200");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://a");
  }

  @Test
  void shouldCountAnswersByRoute() {
    http.with(TestRoute.text("/a/{id}", "x"));
    http.get("/a/1");
    http.get("/a/2");
    http.get("/none");

    List<Sample> samples = http.counters.samples();

    assertThat(samples)
        .filteredOn(s -> s.name().equals("kiln_http_requests_total"))
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.labels())
                  .containsExactly("method", "GET", "route", "/a/{id}", "status", "2xx");
              assertThat(s.value()).isEqualTo(2);
            });
    assertThat(samples)
        .filteredOn(s -> s.name().equals("kiln_http_request_duration_seconds_bucket"))
        .last()
        .satisfies(
            s -> {
              assertThat(s.labels())
                  .containsExactly("method", "GET", "route", "/a/{id}", "le", "+Inf");
              assertThat(s.value()).isEqualTo(2);
            });
    assertThat(samples)
        .filteredOn(s -> s.name().equals("kiln_http_unrouted_total"))
        .singleElement()
        .extracting(Sample::value)
        .isEqualTo(1.0);
  }

  @Test
  void shouldCountApartWhatIsNotOfClients() throws Exception {
    http.routes.add(
        TestRoute.text("/played", "x"), new Rank(0, 1), Set.of(HttpManners.MAIN), "kiln_rehearsal");
    http.get("/played");

    // It is counted when its answer is out.
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (requests().isEmpty()) {
      assertThat(System.nanoTime()).as("waiting for the count").isLessThan(end);
      Thread.onSpinWait();
    }
    assertThat(requests()).containsExactly("kiln_rehearsal_requests_total");
  }

  private List<String> requests() {
    return http.counters.samples().stream()
        .map(Sample::name)
        .filter(name -> name.endsWith("_requests_total"))
        .toList();
  }

  private static String chunked(String body) {
    return "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + body;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
