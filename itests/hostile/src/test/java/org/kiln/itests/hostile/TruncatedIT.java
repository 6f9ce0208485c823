package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.V0Client;

/** Requests that end too early, at every byte. */
class TruncatedIT {
  private static final String BODY =
      "{\"type\":0,\"genesis\":{\"header\":{\"controllers\":[\"did:key:z6MkTest\"]}},\"opts\":{}}";
  private static final int READ_TIMEOUT_MILLIS = 30_000;

  @TempDir Path data;

  @Test
  void shouldServeOthersAfterRequestsThatEndTooEarly() throws Exception {
    byte[] whole =
        ("POST /api/v0/streams HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + BODY.length()
                + "\r\nConnection: close\r\n\r\n"
                + BODY)
            .getBytes(StandardCharsets.US_ASCII);
    try (NodeProcess node = NodeProcess.start(Distribution.find(), data);
        V0Client client = new V0Client(node.url())) {
      for (int length = 1; length < whole.length; length++) {
        String answer = sendAndHangUp(node.url(), whole, length);
        assertThat(answer).doesNotStartWith("HTTP/1.1 2").doesNotStartWith("HTTP/1.1 5");
      }
      assertThat(client.get("/api/v0/node/healthcheck").status()).isEqualTo(200);
      assertThat(client.get("/api/v0/pins").body().path("pinnedStreamIds")).isEmpty();
      assertThat(node.complaints()).isEmpty();
    }
  }

  private static String sendAndHangUp(URI url, byte[] whole, int length) throws IOException {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      socket.getOutputStream().write(whole, 0, length);
      socket.shutdownOutput();
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      }
    }
  }
}
