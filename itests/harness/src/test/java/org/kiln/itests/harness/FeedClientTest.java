package org.kiln.itests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.StreamId;

/** What a listener takes for told of a connection that ends anywhere. */
class FeedClientTest {
  private static final String JOURNAL = "00c0ffee00c0ffee-";

  private final BlockingQueue<String> askedAfter = new LinkedBlockingQueue<>();

  /** What connections are answered with, each when the test has looked at what was before. */
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  @Test
  void shouldComeBackForTheBlockThatWasCutOff() throws Exception {
    StreamId first = stream(1);
    StreamId second = stream(2);
    String cut = block(2, second);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::cutOff);
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.start();
    try (FeedClient client =
        FeedClient.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))) {
      assertThat(next()).isEmpty();
      answers.add("retry: 1000\n: alive\nid: " + JOURNAL + "0\n\n" + block(1, first) + id(2));
      assertThat(next()).isEqualTo(JOURNAL + 1);
      assertThat(client.tip(first)).contains(first.init());
      answers.add(cut.substring(0, cut.length() - 1));
      assertThat(next()).isEqualTo(JOURNAL + 1);
      assertThat(client.tip(second)).isEmpty();
      answers.add(": alive\n\n" + cut);
      assertThat(next()).isEqualTo(JOURNAL + 2);
      assertThat(client.tip(second)).contains(second.init());
      assertThat(client.faults()).isEmpty();
    } finally {
      threads.shutdownNow();
      server.stop(0);
    }
  }

  /** What the next connection said where it was. */
  private String next() throws InterruptedException {
    String after = askedAfter.poll(60, TimeUnit.SECONDS);
    assertThat(after).as("a connection within a minute").isNotNull();
    return after;
  }

  private void cutOff(HttpExchange exchange) throws IOException {
    askedAfter.add(
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID")).orElse(""));
    try {
      String answer = answers.take();
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(answer.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close(); // without the last chunk, as a node that is killed
  }

  private static StreamId stream(int salt) {
    return StreamId.of(0, Cid.sha256(0x71, new byte[] {(byte) salt}));
  }

  private static String id(int position) {
    return "id: " + JOURNAL + position + "\n";
  }

  private static String block(int position, StreamId stream) {
    return id(position)
        + "data: {\"resumeToken\":\"%s%d\",\"commitId\":\"%s\"}\n\n"
            .formatted(JOURNAL, position, new CommitId(stream, stream.init()));
  }
}
