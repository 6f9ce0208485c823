package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;

/** A client of the anchor service that asks for another's tip, under a stream of its own, first. */
class BorrowedTipIT {
  private static final String REQUESTS = "/api/v0/requests";
  private static final Author OWNER = author(1);
  private static final Author RIVAL = author(2);
  private static final StreamId STREAM = StreamId.of(0, cid("stream"));
  private static final StreamId OTHER = StreamId.of(0, cid("other"));
  private static final Cid TIP = cid("tip");

  @TempDir Path data;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();

  @Test
  void shouldAnswerEachWithItsOwn() throws Exception {
    try (http;
        NodeProcess node =
            NodeProcess.start(
                Distribution.find(),
                data,
                "--set",
                "anchor.service.clients=*",
                "--set",
                "anchor.batch-interval-ms=200")) {
      HttpResponse<String> first = ask(node, RIVAL, OTHER, "2026-01-01T00:00:00Z");
      assertThat(first.statusCode()).isEqualTo(201);
      HttpResponse<String> own = ask(node, OWNER, STREAM, "2026-01-01T00:00:00Z");
      assertThat(own.statusCode()).isEqualTo(201);
      assertThat(mapper.readTree(own.body()).path("streamId").asText())
          .isEqualTo(STREAM.toString());
      assertThat(timeEvent(node, OWNER).get("id")).contains(Ipld.of(STREAM.init()));
      assertThat(timeEvent(node, RIVAL).get("id")).contains(Ipld.of(OTHER.init()));
      assertThat(ask(node, OWNER, STREAM, "2026-01-01T00:00:00Z").statusCode()).isEqualTo(202);
      HttpResponse<String> wrong = ask(node, OWNER, STREAM, "the day before");
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("timestamp");
      assertThat(node.complaints()).isEmpty();
    }
  }

  /** The time event made for that client, once there is one. */
  private Ipld.Map timeEvent(NodeProcess node, Author client) throws Exception {
    Deadline deadline = Deadline.in(Duration.ofSeconds(60));
    JsonNode ticket = mapper.readTree(get(node, client).body());
    while (!ticket.path("status").asText().equals("COMPLETED")) {
      assertThat(deadline.expired()).as("waited too long: " + ticket).isFalse();
      LockSupport.parkNanos(50_000_000);
      ticket = mapper.readTree(get(node, client).body());
    }
    Car car = Car.read(Base64.getDecoder().decode(ticket.path("witnessCar").asText()));
    return (Ipld.Map) DagCbor.decode(car.blocks().get(0).data());
  }

  private HttpResponse<String> ask(NodeProcess node, Author client, StreamId stream, String time)
      throws IOException, InterruptedException {
    String body =
        mapper
            .createObjectNode()
            .put("streamId", stream.toString())
            .put("cid", TIP.toString())
            .put("timestamp", time)
            .toString();
    byte[] hash = Cid.sha256(Cid.RAW, body.getBytes(StandardCharsets.UTF_8)).digest();
    return http.send(
        signed(node, client, REQUESTS, Optional.of("0x" + HexFormat.of().formatHex(hash)))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(NodeProcess node, Author client)
      throws IOException, InterruptedException {
    return http.send(
        signed(node, client, REQUESTS + "/" + TIP, Optional.empty()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder signed(
      NodeProcess node, Author client, String path, Optional<String> digest) {
    URI url = node.url().resolve(path);
    var payload = mapper.createObjectNode().put("url", url.toString()).put("nonce", "n");
    digest.ifPresent(text -> payload.put("digest", text));
    return HttpRequest.newBuilder(url)
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer " + client.compact(payload.toString()));
  }

  private static Author author(int number) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) number);
    return new Author(seed);
  }

  private static Cid cid(String name) {
    return Cid.sha256(Cid.DAG_JOSE, name.getBytes(StandardCharsets.US_ASCII));
  }
}
