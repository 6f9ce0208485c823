package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.SyncOption;
import org.kiln.http.v0.FakeCall.Answer;
import org.kiln.testkit.Vectors;

class StreamRoutesTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  private final FakeNode node = new FakeNode();

  @Test
  void shouldCreateStreamsOfTheVectors() throws Exception {
    for (String file : List.of("tile", "model", "mid")) {
      for (Vectors.Entry entry : Vectors.load(file)) {
        for (JsonNode step : entry.inputs().path("steps")) {
          // Only the forms are tried here; whether an event is right is not this face's business.
          if (step.get("kind").asText().equals("create")
              && !entry.name().startsWith("bad")
              && !entry.name().startsWith("cacao-block")
              && !entry.name().equals("genesis-unsigned")) {
            Answer answer = post("/api/v0/streams", step.get("body").toString());

            assertThat(answer.status()).as("%s: %s", entry.name(), answer.body()).isEqualTo(200);
            assertThat(JACKSON.readTree(answer.body()).get("streamId"))
                .isEqualTo(step.get("streamId"));
          }
        }
      }
    }
    assertThat(node.streams.writes).hasSizeGreaterThan(100).allMatch(w -> !w.anchor() && w.pin());
  }

  @Test
  void shouldTellEventsAsTheyCame() throws Exception {
    JsonNode step = Vectors.load("tile").get(0).inputs().get("steps").get(0);
    post("/api/v0/streams", step.get("body").toString());

    Answer answer = node.send(FakeCall.get("/api/v0/commits/" + step.get("streamId").asText()));

    JsonNode commits = JACKSON.readTree(answer.body());
    assertThat(commits.get("streamId")).isEqualTo(step.get("streamId"));
    assertThat(commits.at("/commits/0/cid")).isEqualTo(step.get("eventCid"));
    assertThat(commits.at("/commits/0/value")).isEqualTo(step.at("/body/genesis"));
  }

  @Test
  void shouldLeaveCapabilityOutOfEvents() throws Exception {
    JsonNode body =
        Vectors.load("mid").stream()
            .filter(e -> e.name().equals("cacao-wildcard"))
            .flatMap(e -> e.inputs().get("steps").valueStream())
            .map(step -> step.get("body"))
            .filter(b -> b.at("/genesis/cacaoBlock").isTextual())
            .findFirst()
            .orElseThrow();
    Answer created = post("/api/v0/streams", body.toString());
    String id = JACKSON.readTree(created.body()).get("streamId").asText();

    JsonNode value =
        JACKSON
            .readTree(node.send(FakeCall.get("/api/v0/commits/" + id)).body())
            .at("/commits/0/value");

    assertThat(value.has("linkedBlock")).isTrue();
    assertThat(value.has("cacaoBlock")).isFalse();
  }

  @Test
  void shouldLoadStateAndContent() {
    StreamId id = node.streams.put(0, Ipld.map("a", Ipld.of(1)), 1);

    assertThat(node.send(FakeCall.get("/api/v0/streams/" + id)).body())
        .startsWith("{\"streamId\":\"" + id + "\",\"state\":{\"type\":0,\"content\":{\"a\":1},")
        .endsWith("\"doctype\":\"tile\"}}");
    assertThat(node.send(FakeCall.get("/api/v0/streams/" + id + "/content")))
        .isEqualTo(new Answer(200, "{\"a\":1}"));
  }

  @Test
  void shouldTellStreamWhenCommitIsAsked() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);

    assertThat(node.send(FakeCall.get("/api/v0/streams/" + CommitId.genesis(id))).body())
        .startsWith("{\"streamId\":\"" + id + "\"");
  }

  @Test
  void shouldReadLoadOptions() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    node.send(
        FakeCall.get("/api/v0/streams/" + id)
            .query("sync", "1")
            .query("syncTimeoutSeconds", "0")
            .query("atTime", "1700000000")
            .query("pin", "true")
            .query("asDID", "{\"x\":1}"));
    node.send(FakeCall.get("/api/v0/streams/" + id).query("sync", "undefined"));
    node.send(FakeCall.get("/api/v0/streams/" + id).query("sync", "PREFER_CACHE"));

    assertThat(node.streams.loads.get(0).sync()).isEqualTo(SyncOption.SYNC_ALWAYS);
    assertThat(node.streams.loads.get(0).syncTimeoutSeconds()).isZero();
    assertThat(node.streams.loads.get(0).atTime()).hasValue(1_700_000_000);
    assertThat(node.streams.loads.get(1).sync()).isEqualTo(SyncOption.PREFER_CACHE);
    assertThat(node.streams.loads.get(1).syncTimeoutSeconds()).isEqualTo(3);
    assertThat(node.streams.loads.get(2).sync()).isEqualTo(SyncOption.PREFER_CACHE);
  }

  @Test
  void shouldLetTheNodeOverruleSync() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    V0Face.Settings settings =
        new V0Face.Settings(false, Set.of(), Optional.of(SyncOption.NEVER_SYNC), 1 << 20);

    try (V0Face face = node.face(settings)) {
      FakeCall.get("/api/v0/streams/" + id).query("sync", "1").send(face.routes());
    }

    assertThat(node.streams.loads.get(0).sync()).isEqualTo(SyncOption.NEVER_SYNC);
  }

  @Test
  void shouldAnchorPublishAndPinUnlessToldOtherwise() {
    String genesis = "\"genesis\":{\"header\":{\"controllers\":[\"did:key:z6Mk\"]}}";
    post("/api/v0/streams", "{\"type\":0," + genesis + "}");
    post(
        "/api/v0/streams",
        "{\"type\":0," + genesis + ",\"opts\":{\"anchor\":false,\"publish\":false,\"pin\":false}}");
    post(
        "/api/v0/streams",
        "{\"type\":0," + genesis + ",\"opts\":{\"anchor\":null,\"asDID\":{\"a\":1}}}");

    assertThat(node.streams.writes)
        .extracting(w -> w.anchor() + " " + w.publish() + " " + w.pin())
        .containsExactly("true true true", "false false false", "true true true");
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID,400",
    "CONFLICT,409",
    "NOT_FOUND,404",
    "UNAVAILABLE,503",
    "BUSY,503",
    "STORAGE,507"
  })
  void shouldTellReasonByStatus(Reason reason, int status) {
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    node.streams.refusal = new StreamException(reason, "because", Dependency.chain("eip155:1"));

    assertThat(node.send(FakeCall.get("/api/v0/streams/" + id)))
        .isEqualTo(new Answer(status, "because"));
  }

  @Test
  void shouldTellFullDisk() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    node.streams.failure = new StoreException(StoreException.Kind.FULL, "full", null);

    assertThat(node.send(FakeCall.get("/api/v0/streams/" + id)).status()).isEqualTo(507);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"genesis\":{\"header\":{}}}|type must be the number of a stream type",
        "{\"type\":\"0\",\"genesis\":{}}|type must be the number of a stream type",
        "{\"type\":-1,\"genesis\":{}}|type must be the number of a stream type",
        "{\"type\":0}|genesis is required in order to create a stream",
        "{\"type\":0,\"genesis\":7}|genesis is required in order to create a stream",
      })
  void rejectsIncompleteCreate(String body, String message) {
    assertThat(post("/api/v0/streams", body)).isEqualTo(new Answer(400, message));
  }

  @Test
  void rejectsWhatIsNoJson() {
    assertThat(post("/api/v0/streams", "{").status()).isEqualTo(400);
    assertThat(post("/api/v0/streams", "[]").status()).isEqualTo(400);
    assertThat(
            node.send(FakeCall.post("/api/v0/streams", "a=b").header("Content-Type", "text/plain"))
                .status())
        .isEqualTo(415);
  }

  @Test
  void rejectsWhatIsNoStreamId() {
    assertThat(node.send(FakeCall.get("/api/v0/streams/nonsense")))
        .isEqualTo(new Answer(400, "Invalid StreamID string nonsense"));
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    Answer commit = node.send(FakeCall.get("/api/v0/commits/" + CommitId.genesis(id)));
    assertThat(commit.status()).isEqualTo(400);
    assertThat(commit.body()).contains("contains commit");
  }

  @Test
  void shouldTellAnchorStatusAsNumber() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);

    assertThat(post("/api/v0/streams/" + id + "/anchor", "{\"opts\":{\"sync\":0}}"))
        .isEqualTo(new Answer(200, "{\"streamId\":\"" + id + "\",\"anchorStatus\":1}"));
  }

  @Test
  void shouldApplyCommit() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    String commit =
        "{\"id\":\"" + id.init() + "\",\"prev\":\"" + id.init() + "\",\"data\":[],\"header\":{}}";

    Answer answer =
        post("/api/v0/commits", "{\"streamId\":\"" + id + "\",\"commit\":" + commit + "}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(node.streams.states.get(id).log()).hasSize(2);
  }

  @Test
  void rejectsIncompleteCommit() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);

    assertThat(post("/api/v0/commits", "{\"streamId\":\"" + id + "\"}"))
        .isEqualTo(new Answer(400, "streamId and commit are required in order to apply commit"));
    assertThat(
            post(
                "/api/v0/commits",
                "{\"streamId\":\"" + CommitId.genesis(id) + "\",\"commit\":{\"prev\":\"x\"}}"))
        .isEqualTo(new Answer(400, "Not StreamID: " + CommitId.genesis(id)));
  }

  @Test
  void shouldKeepNothingOfOtherWritesWhenReadOnly() {
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    try (V0Face face = node.readOnly()) {
      Answer created =
          FakeCall.post(
                  "/api/v0/streams",
                  "{\"type\":0,\"genesis\":{\"header\":{\"controllers\":[\"did:key:z\"]}}}")
              .send(face.routes());
      assertThat(created.status()).isEqualTo(200);
      assertThat(FakeCall.post("/api/v0/commits", "{}").send(face.routes()))
          .isEqualTo(new Answer(400, "Method not supported by read only Ceramic"));
      assertThat(
              FakeCall.post("/api/v0/streams/" + id + "/anchor", "{}").send(face.routes()).status())
          .isEqualTo(404);
    }
    assertThat(node.streams.writes).allMatch(w -> !w.anchor() && !w.publish());
  }

  private Answer post(String path, String json) {
    return node.send(FakeCall.post(path, json));
  }
}
