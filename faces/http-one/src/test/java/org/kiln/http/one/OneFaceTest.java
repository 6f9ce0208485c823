package org.kiln.http.one;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.StreamId;
import org.kiln.core.node.Metrics;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;

/** What ceramic-one does not have, and bounds. */
class OneFaceTest {
  private static final Map<String, String> DOCUMENT = Map.of("Accept", "application/problem+json");
  private static final String MODELS = "/ceramic/interests/model/" + StreamId.MODEL;

  private final TestNode node = new TestNode(Clock.systemUTC(), TestNode.SELF);
  private final OneManners manners = new OneManners(List.of("*"), true);

  @AfterEach
  void close() {
    node.close();
  }

  private TestCall.Answer send(String method, String target, Map<String, String> headers) {
    return send(node.face(), method, target, headers, "");
  }

  private TestCall.Answer send(
      OneFace face, String method, String target, Map<String, String> headers, String body) {
    return new TestCall(method, target, headers, body.getBytes(StandardCharsets.UTF_8))
        .send(face.routes(), manners);
  }

  private TestCall.Answer get(String target) {
    return send("GET", target, Map.of());
  }

  private TestCall.Answer post(Ipld content) {
    Ipld event =
        Ipld.map(
            "data",
            content,
            "header",
            Ipld.map(
                "controllers",
                new Ipld.List(List.of(Ipld.of("did:key:z6Mk"))),
                "model",
                Ipld.Bytes.wrap(StreamId.of(2, StreamId.MODEL.init()).bytes())));
    byte[] bytes = DagCbor.encode(event);
    Block block = new Block(Cid.sha256(Cid.DAG_CBOR, bytes), bytes);
    String car = Multibase.BASE64.encode(new Car(List.of(block.cid()), List.of(block)).write());
    return send(node.face(), "POST", "/ceramic/events", Map.of(), "{\"data\":\"" + car + "\"}");
  }

  @Test
  void shouldRemoveAnInterest() {
    assertThat(send("POST", MODELS, Map.of()).status()).isEqualTo(204);
    assertThat(get("/ceramic/experimental/interests").text()).contains("\"data\":\"z");

    assertThat(send("DELETE", MODELS, Map.of("Origin", "https://page.example")).status())
        .isEqualTo(403);
    assertThat(send("DELETE", MODELS, Map.of()).status()).isEqualTo(204);
    assertThat(send("DELETE", MODELS, Map.of()).status()).isEqualTo(204);

    assertThat(get("/ceramic/experimental/interests").text()).isEqualTo("{\"interests\":[]}");
  }

  @Test
  void shouldDescribeProblemsToWhoAcceptsThat() {
    TestCall.Answer unknown = send("GET", "/ceramic/events/bafyreigdyrzt", DOCUMENT);
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.headers()).containsEntry("content-type", "application/problem+json");
    assertThat(unknown.text()).contains("\"status\":400").contains("\"detail\":\"");

    TestCall.Answer missing =
        send("GET", "/ceramic/streams/" + StreamId.of(3, StreamId.MODEL.init()), DOCUMENT);
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.text()).contains("\"code\":\"not-found\"");

    TestCall.Answer unparsable = send("POST", "/ceramic/interests", DOCUMENT);
    assertThat(unparsable.text())
        .contains("\"detail\":\"Missing required body parameter Interest\"");
  }

  @Test
  void shouldCountRequestsUnderTheNamesOfCeramicOne() {
    get("/ceramic/version");
    get("/ceramic/streams/" + StreamId.of(3, StreamId.MODEL.init()));
    send("POST", MODELS, Map.of());
    List<String> counted =
        node.face().samples().stream()
            .filter(sample -> sample.name().equals("http_api_requests_total"))
            .map(sample -> sample.labels() + " " + (int) sample.value())
            .toList();
    assertThat(counted)
        .containsExactlyInAnyOrder(
            "[method, GET, path, /ceramic/version, status, 200] 1",
            "[method, GET, path, /ceramic/streams/{stream_id}, status, 404] 1",
            "[method, POST, path, /ceramic/interests/{sep_key}/{sep_value}, status, 204] 1");
    assertThat(node.face().samples())
        .extracting(Metrics.Sample::name)
        .contains("ceramic_one_info", "http_api_info", "http_api_request_durations_bucket");
  }

  @Test
  void rejectsBlocksThatNoNodeTakes() {
    assertThat(post(Ipld.of("x".repeat(300_000))).text())
        .contains("exceeds the maximum block size of 256000");
    assertThat(post(Ipld.of("x".repeat(Car.MAX_SECTION_BYTES))).text())
        .contains("larger than " + Car.MAX_SECTION_BYTES);
  }

  @Test
  void rejectsWritesToANodeThatIsOnlyRead() {
    TestCall.Answer answer =
        send(node.readOnlyFace(), "POST", "/ceramic/events", Map.of(), "{\"data\":\"mAA\"}");
    assertThat(answer.status()).isEqualTo(403);
    for (String method : List.of("POST", "DELETE")) {
      answer = send(node.readOnlyFace(), method, MODELS, Map.of(), "");
      assertThat(answer.status()).isEqualTo(403);
    }
  }

  @Test
  void rejectsAFeedToBePushedFromWhereItHasNotCome() {
    Map<String, String> pushed = Map.of("Accept", "text/event-stream");
    TestCall.Answer answer = send("GET", "/ceramic/feed/events?resumeAt=100", pushed);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("/feed/resumeToken");
  }

  @Test
  void rejectsNamesThatAreTooLong() {
    String longText = "m" + "A".repeat(6000);
    assertThat(get("/ceramic/events/" + longText).status()).isEqualTo(400);
    assertThat(get("/ceramic/streams/" + longText).status()).isEqualTo(400);
    assertThat(send("POST", "/ceramic/interests/model/" + longText, Map.of()).status())
        .isEqualTo(400);
    assertThat(send("POST", MODELS + "?controller=" + longText, Map.of()).text())
        .contains("'controller' has");
    assertThat(get("/ceramic/feed/events?resumeAt=" + longText).text()).hasSizeLessThan(500);
  }
}
