package org.kiln.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpBodyException;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;

/** Clients that neither send nor take what they announced and asked for; and deflated bodies. */
class SlowClientTest {
  private static final int PLACES = 2;
  private static final int MEMORY_BYTES = 300_000;

  private RunningGateway http;

  @BeforeEach
  void start() throws Exception {
    http =
        new RunningGateway(
                limits(Duration.ofMillis(700)),
                List.of(".*"),
                new BearerAccess(List.of(), List.of(BearerAccessTest.hash("operator"))))
            .with(TestRoute.post("/a", c -> HttpReply.json(c.body())).upTo(1 << 20))
            .with(TestRoute.text("/health", "well"));
  }

  private static Limits limits(Duration grace) {
    Limits usual = RunningGateway.LIMITS;
    return new Limits(
        PLACES,
        usual.maxOpenStreams(),
        usual.requestTimeout(),
        usual.drainTimeout(),
        usual.parkTimeout(),
        usual.successorWindow(),
        usual.maxPathChars(),
        1 << 20,
        new Transfers(grace, 100_000, Duration.ofSeconds(20), 2, 1, MEMORY_BYTES));
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void shouldServeOthersWhileBodiesTrickle() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 10 * PLACES; i++) {
        slow.add(begun(50_000));
      }

      assertThat(http.send("POST", "/a", "hello".getBytes(StandardCharsets.UTF_8)).body())
          .isEqualTo("hello");
      for (Socket socket : slow) {
        assertThat(rest(socket))
            .satisfiesAnyOf(
                text -> assertThat(text).startsWith("HTTP/1.1 408 "),
                text -> assertThat(text).isEmpty());
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void shouldTellAClientThatTricklesWhy() throws Exception {
    try (Socket socket = begun(50_000)) {
      Thread client = Thread.ofVirtual().start(() -> trickle(socket));

      assertThat(rest(socket))
          .startsWith("HTTP/1.1 408 ")
          .contains("100000 bytes a second are needed");
      client.join();
    }
  }

  private static void trickle(Socket socket) {
    try {
      OutputStream out = socket.getOutputStream();
      while (!socket.isClosed()) {
        out.write('x');
        LockSupport.parkNanos(20_000_000);
      }
    } catch (IOException e) {
      // The node has closed it.
    }
  }

  @Test
  void shouldKeepPlacesForHealth() throws Exception {
    CountDownLatch busy = new CountDownLatch(PLACES);
    CountDownLatch end = new CountDownLatch(1);
    http.with(
        TestRoute.get(
            "/work",
            c -> {
              busy.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return HttpReply.text(200, "text/plain", "done");
            }));
    List<CompletableFuture<HttpResponse<String>>> workers = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      workers.add(CompletableFuture.supplyAsync(() -> http.get("/work")));
    }
    busy.await();

    assertThat(http.get("/work").statusCode()).isEqualTo(503);
    assertThat(http.get("/health").statusCode()).isEqualTo(200);
    end.countDown();
    for (CompletableFuture<HttpResponse<String>> worker : workers) {
      assertThat(worker.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldEndAnswersThatNobodyTakes() throws Exception {
    byte[] part = new byte[64 << 10];
    CompletableFuture<Long> written = new CompletableFuture<>();
    http.with(
        TestRoute.get(
            "/long",
            c ->
                HttpReply.streamed(
                    200,
                    "application/octet-stream",
                    out -> {
                      long count = 0;
                      try {
                        while (true) {
                          out.write(part);
                          count += part.length;
                        }
                      } finally {
                        written.complete(count);
                      }
                    })));
    try (Socket socket = http.open()) {
      socket.getOutputStream().write("GET /long HTTP/1.1\r\nHost: a\r\n\r\n".getBytes());

      assertThat(written.get(30, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void shouldCountWhatManyReadersShareOnce() throws Exception {
    byte[] text = new byte[200_000];
    http.with(TestRoute.get("/state", c -> HttpReply.json(text)));
    List<CompletableFuture<HttpResponse<String>>> readers = new ArrayList<>();
    for (int i = 0; i < 2 * PLACES; i++) {
      readers.add(CompletableFuture.supplyAsync(() -> http.get("/state")));
    }

    for (CompletableFuture<HttpResponse<String>> reader : readers) {
      assertThat(reader.get(20, TimeUnit.SECONDS).statusCode()).isIn(200, 503);
    }
    assertThat(http.get("/state").body()).hasSize(text.length);
  }

  @Test
  void shouldSendAnswersOfMiddlingSizeAlsoWhereTheMemoryIsTaken() throws Exception {
    http.gateway.configure(
        limits(Duration.ofMinutes(1)),
        new Cors(List.of(".*")),
        new BearerAccess(List.of(), List.of()),
        AccessLog.OFF);
    http.with(TestRoute.get("/large", c -> HttpReply.json(new byte[290_000])))
        .with(TestRoute.get("/middling", c -> HttpReply.json(new byte[200_000])));
    try (Socket socket = http.openNarrow()) {
      socket.getOutputStream().write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n".getBytes());
      RunningGateway.readUntil(socket.getInputStream(), "\r\n\r\n");

      assertThat(http.get("/middling").statusCode()).isEqualTo(200);
      assertThat(http.get("/large").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void rejectsAnswersBeyondTheMemoryForThem() {
    http.with(TestRoute.get("/huge", c -> HttpReply.json(new byte[MEMORY_BYTES + 4096])));

    HttpResponse<String> answer = http.get("/huge");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(answer.body()).contains("bytes under way");
  }

  @Test
  void shouldTakeDeflatedBodies() throws IOException {
    byte[] text = "a".repeat(90_000).getBytes(StandardCharsets.UTF_8);

    assertThat(http.send("POST", "/a", gzip(text), "Content-Encoding", "gzip").body())
        .hasSize(text.length);
    assertThat(http.send("POST", "/a", zlib(text), "Content-Encoding", "deflate").body())
        .hasSize(text.length);
  }

  @Test
  void rejectsBodiesThatInflateTooFar() throws IOException {
    HttpResponse<String> answer =
        http.send("POST", "/a", gzip(new byte[40 << 20]), "Content-Encoding", "gzip");

    assertThat(answer.statusCode()).isIn(413, 503);
  }

  @Test
  void rejectsEncodingsItDoesNotKnow() {
    byte[] body = "no deflated text at all".getBytes(StandardCharsets.UTF_8);

    assertThat(http.send("POST", "/a", body, "Content-Encoding", "br").statusCode()).isEqualTo(415);
    HttpResponse<String> broken = http.send("POST", "/a", body, "Content-Encoding", "deflate");
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(broken.body()).contains("Content-Encoding").doesNotContain("header");
  }

  @Test
  void shouldHandOnABodyAsItComes() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    http.with(
        known(
            "/stream",
            in -> {
              int first = in.read();
              arrived.countDown();
              return (char) first + new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            }));
    try (Socket socket = http.open()) {
      OutputStream out = socket.getOutputStream();
      out.write(head("/stream", "Content-Length: 3\r\nConnection: close"));
      out.write('a');
      arrived.await();
      out.write("bc".getBytes(StandardCharsets.US_ASCII));

      assertThat(rest(socket)).startsWith("HTTP/1.1 200 ").endsWith("abc");
    }
    byte[] text = "a".repeat(90_000).getBytes(StandardCharsets.UTF_8);
    http.with(known("/length", in -> Integer.toString(in.readAllBytes().length)));
    assertThat(sendKnown("/length", gzip(text), "gzip").body()).isEqualTo("90000");
    assertThat(sendKnown("/length", new byte[0], "identity").body()).isEqualTo("0");
  }

  @Test
  void rejectsStreamsThatBreakABound() throws Exception {
    List<String> read = new CopyOnWriteArrayList<>();
    http.with(
        known(
            "/stream",
            in -> {
              in.readAllBytes();
              read.add("all");
              return "all";
            }));

    assertThat(sendKnown("/stream", gzip(new byte[2 << 20]), "gzip").statusCode()).isEqualTo(413);
    HttpResponse<String> unread = sendKnown("/stream", new byte[10], "br");
    assertThat(unread.statusCode()).isEqualTo(415);
    // A client that sent more on this connection would hear nothing.
    assertThat(unread.headers().firstValue("Connection")).hasValue("close");
    assertThat(sendKnown("/stream", new byte[10], "gzip").statusCode()).isEqualTo(400);
    try (Socket socket = http.open()) {
      socket.getOutputStream().write(head("/stream", "Content-Length: 9"));
      socket.getOutputStream().write('x');
      socket.shutdownOutput();
      assertThat(rest(socket))
          .satisfiesAnyOf(
              text -> assertThat(text).startsWith("HTTP/1.1 400 "),
              text -> assertThat(text).isEmpty());
    }
    try (Socket socket = http.open()) {
      socket.getOutputStream().write(head("/stream", "Content-Length: 50000"));
      Thread client = Thread.ofVirtual().start(() -> trickle(socket));
      assertThat(rest(socket)).startsWith("HTTP/1.1 408 ");
      client.join();
    }
    assertThat(read).isEmpty();
  }

  /** What a route makes of a body that it reads as it comes. */
  private interface Reading {
    String of(InputStream body) throws IOException;
  }

  private static TestRoute known(String pattern, Reading reading) {
    return TestRoute.post(
            pattern,
            call -> {
              try (InputStream body = call.bodyStream()) {
                return HttpReply.text(200, "text/plain", reading.of(body));
              } catch (HttpBodyException e) {
                throw e.problem();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .with(HttpRoute.Access.OPERATOR)
        .upTo(1 << 20);
  }

  private HttpResponse<String> sendKnown(String path, byte[] body, String encoding) {
    return http.send(
        "POST", path, body, "Authorization", "Bearer operator", "Content-Encoding", encoding);
  }

  private static byte[] head(String path, String headers) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer operator\r\n"
            + headers
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private Socket begun(int announced) throws IOException {
    Socket socket = http.open();
    socket
        .getOutputStream()
        .write(
            ("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + announced + "\r\n\r\nx")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String rest(Socket socket) {
    try (InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] zlib(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(bytes);
    }
    return out.toByteArray();
  }
}
