package org.kiln.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.http.HttpManners;
import org.kiln.core.lending.Rank;

/** Routes that come and go while they are used. */
class RouteSwapTest {
  private static final Duration DRAIN = Duration.ofSeconds(60);
  private static final Duration WINDOW = Duration.ofSeconds(30);

  private RunningGateway http;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

  @BeforeEach
  void start() throws Exception {
    http = RunningGateway.start();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    http.close();
  }

  @Test
  void shouldLoseNoRequestWhenRouteIsReplacedManyTimes() throws Exception {
    HttpRoute current = TestRoute.text("/a", "x");
    http.with(current);
    AtomicBoolean over = new AtomicBoolean();
    List<Future<Long>> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(
          threads.submit(
              () -> {
                long served = 0;
                while (!over.get()) {
                  HttpResponse<String> answer = http.get("/a");
                  assertThat(answer.statusCode()).isEqualTo(200);
                  served++;
                }
                return served;
              }));
    }
    try {
      for (int i = 0; i < 30; i++) {
        http.routes.remove(current, DRAIN, WINDOW);
        current = TestRoute.text("/a", "x" + i);
        http.with(current);
        assertThat(http.get("/a").body()).isEqualTo("x" + i);
      }
    } finally {
      over.set(true);
    }
    for (Future<Long> client : clients) {
      assertThat(client.get(60, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void shouldWaitForCallsBeforeRouteLeaves() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    HttpRoute slow = held(inside, goOn);
    http.with(slow);
    Future<HttpResponse<String>> answer = threads.submit(() -> http.get("/a"));
    assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
    Future<?> removal = threads.submit(() -> http.routes.remove(slow, DRAIN, WINDOW));
    assertThat(removal.isDone()).isFalse();

    goOn.countDown();

    removal.get(60, TimeUnit.SECONDS);
    assertThat(answer.get(60, TimeUnit.SECONDS).body()).isEqualTo("done");
  }

  @Test
  void shouldStopWaitingForCallThatHangs() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    HttpRoute hanging = held(inside, goOn);
    http.with(hanging);
    Future<HttpResponse<String>> answer = threads.submit(() -> http.get("/a"));
    assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();

    http.routes.remove(hanging, Duration.ofMillis(50), WINDOW);

    goOn.countDown();
    assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldParkRequestUntilSuccessorComes() throws Exception {
    letRouteComeAndGo(WINDOW);
    Future<HttpResponse<String>> parked = threads.submit(() -> http.get("/a"));
    assertThat(parked.isDone()).isFalse();

    http.with(TestRoute.text("/a", "second"));

    assertThat(parked.get(60, TimeUnit.SECONDS).body()).isEqualTo("second");
  }

  @Test
  void shouldTellClientToComeBackWhenNoSuccessorComes() {
    letRouteComeAndGo(WINDOW);
    configure(Duration.ofMillis(20));

    HttpResponse<String> answer = http.get("/a");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
  }

  @Test
  void shouldForgetRouteThatHasLeftForGood() {
    letRouteComeAndGo(Duration.ZERO);

    assertThat(http.get("/a").statusCode()).isEqualTo(404);
    assertThat(http.routes.table(HttpManners.MAIN).find("GET", "/a")).isNull();
  }

  @Test
  void shouldPreferHigherRankingAndFallBack() {
    HttpRoute better = TestRoute.text("/a", "better");
    http.with(TestRoute.text("/a", "plain"));
    http.routes.add(better, new Rank(10, 99));

    assertThat(http.get("/a").body()).isEqualTo("better");
    http.routes.remove(better, DRAIN, WINDOW);
    assertThat(http.get("/a").body()).isEqualTo("plain");
  }

  @Test
  void rejectsRequestsBeyondTheLimit() throws Exception {
    int most = RunningGateway.LIMITS.maxConcurrentRequests();
    CountDownLatch inside = new CountDownLatch(most);
    CountDownLatch goOn = new CountDownLatch(1);
    http.with(held(inside, goOn));
    List<Future<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      answers.add(threads.submit(() -> http.get("/a")));
    }
    assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();

    HttpResponse<String> refused = http.get("/a");

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    goOn.countDown();
    for (Future<HttpResponse<String>> answer : answers) {
      assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
    assertThat(http.get("/a").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldSendHeadOfStreamAtOnceAndEndItWhenRouteLeaves() throws Exception {
    CountDownLatch next = new CountDownLatch(1);
    HttpRoute feed =
        TestRoute.get(
            "/feed",
            call ->
                HttpReply.streamed(
                        200,
                        "text/event-stream",
                        out -> {
                          await(next);
                          for (int i = 0; i < 100_000; i++) {
                            out.write("data: 1\n\n".getBytes(StandardCharsets.UTF_8));
                            out.flush();
                            LockSupport.parkNanos(1_000_000);
                          }
                        })
                    .withHeaders(Map.of("Cache-Control", "no-cache")));
    http.with(feed);
    try (Socket socket = http.open()) {
      askForFeed(socket);
      InputStream in = socket.getInputStream();
      assertThat(RunningGateway.readUntil(in, "\r\n\r\n")).contains("text/event-stream");
      next.countDown();
      RunningGateway.readUntil(in, "data: 1\n\n");
      long started = System.nanoTime();

      http.routes.remove(feed, DRAIN, WINDOW);

      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(DRAIN);
      assertThat(RunningGateway.readUntil(in, "\r\n0\r\n\r\n")).isNotEmpty();
    }
  }

  @Test
  void shouldLetAnswerThatEndsFinishBeforeItsRouteLeaves() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    HttpRoute download =
        TestRoute.get(
            "/file",
            call ->
                HttpReply.streamed(
                    200,
                    "application/octet-stream",
                    out -> {
                      out.write('a');
                      begun.countDown();
                      await(goOn);
                      out.write('b');
                    }));
    http.with(download);
    Future<HttpResponse<String>> answer = threads.submit(() -> http.get("/file"));
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    Future<?> removal = threads.submit(() -> http.routes.remove(download, DRAIN, WINDOW));
    assertThat(removal.isDone()).isFalse();

    goOn.countDown();

    removal.get(60, TimeUnit.SECONDS);
    assertThat(answer.get(60, TimeUnit.SECONDS).body()).isEqualTo("ab");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Connection: close\r\n"})
  void shouldBreakOffWhenRouteFailsHalfWay(String header) throws Exception {
    http.with(
        TestRoute.get(
            "/file",
            call ->
                HttpReply.streamed(
                    200,
                    "application/octet-stream",
                    out -> {
                      out.write('a');
                      out.flush();
                      throw new IOException("disk");
                    })));

    // The last chunk of a whole answer is empty; this one has none.
    assertThat(http.raw("GET /file HTTP/1.1\r\nHost: a\r\n" + header + "\r\n"))
        .contains("\r\n1\r\na")
        .doesNotContain("\r\n0\r\n");
  }

  @Test
  void shouldNotCountOpenStreamsAsRequestsButBoundThemAndKeepSomeForOperators() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    http.with(
            TestRoute.get(
                "/feed", call -> HttpReply.streamed(200, "text/event-stream", out -> await(end))))
        .with(
            TestRoute.get(
                "/console/api/live",
                call -> HttpReply.streamed(200, "text/event-stream", out -> out.write('a'))));
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < RunningGateway.LIMITS.maxOpenStreams(); i++) {
      Socket socket = http.open();
      sockets.add(socket);
      askForFeed(socket);
      RunningGateway.readUntil(socket.getInputStream(), "\r\n\r\n");
    }

    assertThat(http.get("/feed").statusCode()).isEqualTo(503);
    assertThat(http.get("/console/api/live").body()).isEqualTo("a");

    end.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void letRouteComeAndGo(Duration window) {
    HttpRoute route = TestRoute.text("/a", "first");
    http.with(route);
    http.routes.remove(route, DRAIN, window);
  }

  /** A route whose calls tell that they are inside, and answer when they may go on. */
  private static HttpRoute held(CountDownLatch inside, CountDownLatch goOn) {
    return TestRoute.get(
        "/a",
        call -> {
          inside.countDown();
          await(goOn);
          return HttpReply.text(200, "text/plain", "done");
        });
  }

  private static void askForFeed(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET /feed HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8));
  }

  private void configure(Duration park) {
    Limits limits = RunningGateway.LIMITS;
    http.gateway.configure(
        new Limits(
            limits.maxConcurrentRequests(),
            limits.maxOpenStreams(),
            limits.requestTimeout(),
            limits.drainTimeout(),
            park,
            limits.successorWindow(),
            limits.maxPathChars(),
            limits.maxBodyBytes(),
            limits.transfers()),
        new Cors(List.of(".*")),
        new BearerAccess(List.of(), List.of()),
        AccessLog.OFF);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
