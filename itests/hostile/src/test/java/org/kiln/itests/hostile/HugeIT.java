package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/** Answers that are large, and many of them at once, of a stream of six megabytes. */
class HugeIT {
  private static final int COMMITS = 32;
  private static final int VALUE_CHARS = 190_000;
  private static final int READERS = 100;
  private static final int SMALL_WINDOW_BYTES = 4096;

  @TempDir static Path data;
  private static NodeProcess node;
  private static V0Client client;
  private static List<CommitId> commits;

  @BeforeAll
  static void start() throws Exception {
    node = NodeProcess.start(Distribution.find(), data);
    client = new V0Client(node.url());
    commits = V0Clients.write(client, COMMITS, COMMITS, new Ipld.Text("x".repeat(VALUE_CHARS)));
  }

  @AfterAll
  static void stop() {
    client.close();
    node.close();
  }

  /** A hundred megabytes, which the node has at no time. */
  @Test
  void shouldAnswerAllCommitsOfALargeStreamAtOnce() throws Exception {
    long length = 0;
    HttpURLConnection connection =
        (HttpURLConnection) node.url().resolve("/api/v0/multiqueries").toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    byte[] body =
        V0Clients.queries(commits.stream().map(CommitId::toString).toList())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    connection.getOutputStream().write(body);
    assertThat(connection.getResponseCode()).isEqualTo(200);
    try (InputStream in = connection.getInputStream()) {
      byte[] buffer = new byte[64 << 10];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        length += count;
      }
    }

    assertThat(length).isGreaterThan((long) VALUE_CHARS * COMMITS * COMMITS / 2);
    assertThat(client.get("/api/v0/node/healthcheck").status()).isEqualTo(200);
  }

  @Test
  void shouldBearManyReadersWhoDoNotRead() throws Exception {
    StreamId stream = commits.get(0).stream();
    for (String path : List.of("/api/v0/commits/", "/api/v0/streams/")) {
      List<Socket> readers = new ArrayList<>();
      try {
        for (int i = 0; i < READERS; i++) {
          readers.add(ask(node.url(), path + stream));
        }
        for (int i = 0; i < 40; i++) {
          assertThat(client.get("/api/v0/node/healthcheck").status()).isEqualTo(200);
          assertThat(client.load(StreamId.of(0, stream.init())).status()).isIn(200, 503);
        }
      } finally {
        for (Socket reader : readers) {
          reader.close();
        }
      }
    }
    assertThat(client.load(stream).body().at("/state/next/content/k1").asText())
        .hasSize(VALUE_CHARS);
    assertThat(node.complaints()).isEmpty();
  }

  @Test
  void rejectsABodyThatInflatesTooFar() throws Exception {
    HttpURLConnection connection =
        (HttpURLConnection) node.url().resolve("/api/v0/streams").toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setRequestProperty("Content-Encoding", "gzip");
    try (GZIPOutputStream out = new GZIPOutputStream(connection.getOutputStream())) {
      out.write(new byte[64 << 20]);
    }

    assertThat(connection.getResponseCode()).isEqualTo(413);
  }

  private static Socket ask(URI url, String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(SMALL_WINDOW_BYTES);
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }
}
